import { dirname } from 'node:path';

type Module = Readonly<Record<string, unknown>>;

/** A CommonJS module seen from an ES module may have all its exports in `default`. */
export function findExport(module: Module, name: string): unknown {
  if (module[name] !== undefined) return module[name];
  const inner = module['default'];
  return typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>)[name] : undefined;
}

/** For a message: what a file exports instead of what was named. */
export function listExports(module: Module): string {
  const names = Object.keys(module).map((name) => `\`${name}\``);
  return names.length === 0 ? 'The file exports nothing.' : `It exports ${names.join(', ')}; name one of them after the colon.`;
}

const SUMMARY_MAX_LINES = 4;

/** The error's message on one line, without a stack. */
export function summarise(error: unknown): string {
  const message = error instanceof Error ? `${error.name === 'Error' ? '' : `${error.name}: `}${error.message}` : String(error);
  const lines = message.split('\n').map((line) => line.trim());
  return lines
    .filter((line) => line !== '')
    .slice(0, SUMMARY_MAX_LINES)
    .join(' ')
    .replace(/\.$/, '');
}

/** What to do about a file that cannot be imported. */
export function adviseOnImport(error: unknown, { file }: { readonly file: string }): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND')
    return `Run \`npm install\` in the project of ${dirname(file)}, or correct the import.`;
  if (code === 'ERR_REQUIRE_ASYNC_MODULE') return 'Add "type": "module" to the package.json of its project.';
  return 'Correct the file.';
}
