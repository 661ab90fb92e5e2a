/** `npm run bench`: every figure. `-- embedded`, `-- server` or `-- alone`: one column. `-- profile`, `-- storage`, `-- crons`, `-- store`: those. */
const [what = 'figures', ...rest] = process.argv.slice(2);
// The terminal tells the children as well; what was waiting for them fails then, and everything is cleared away.
process.once('SIGINT', () => process.stderr.write('Stopping …\n'));

switch (what) {
  case 'storage':
    await import('./storage.js');
    break;
  case 'crons':
    await import('./crons.js');
    break;
  case 'store': {
    const { measureStore } = await import('./store.js');
    await measureStore();
    break;
  }
  case 'profile': {
    const { profile } = await import('./profile.js');
    await profile();
    break;
  }
  default: {
    const { measureFigures, COLUMNS } = await import('./figures.js');
    const wanted = what === 'figures' ? COLUMNS : [what, ...rest];
    const unknown = wanted.filter((name) => !COLUMNS.some((column) => column === name));
    if (unknown.length > 0)
      throw new Error(`There is no ${unknown.join(', ')}. Name storage, crons, store, profile, or some of ${COLUMNS.join(', ')}.`);
    await measureFigures(COLUMNS.filter((column) => wanted.includes(column)));
  }
}
