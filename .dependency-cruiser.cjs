/**
 * The floors of the house (docs/architecture.md): imports point down only, without cycles, and each foreign library has one room.
 */
const FLOORS = {
  domain: [],
  ports: ['domain'],
  store: ['ports', 'domain'],
  services: ['store', 'ports', 'domain'],
  adapters: ['ports', 'domain'],
  langgraph: ['store', 'ports', 'domain'],
  executor: ['services', 'store', 'ports', 'domain'],
  graphql: ['services', 'ports', 'domain'],
};

/** Which package may be imported where; the command line and the wiring (files directly in src/) are rooms too. */
const LIBRARIES = [
  { name: 'langchain', packages: '(@langchain/|langchain(/|$))', rooms: ['langgraph'] },
  { name: 'types-of-graphs', packages: '(typescript|zod)(/|$)', rooms: ['langgraph'] },
  {
    name: 'graphql',
    packages: '(@pothos/|@graphql-yoga/|graphql-yoga|graphql-ws|graphql-scalars|graphql(/|$)|ws(/|$)|dataloader)',
    rooms: ['graphql'],
  },
  { name: 'database', packages: '(@prisma/|@electric-sql/|pglite-prisma-adapter)', rooms: ['store'] },
  { name: 'pg', packages: 'pg(/|$)', rooms: ['store', 'adapters/postgres-signals\\.ts$'] },
  { name: 'pino', packages: 'pino', rooms: ['adapters'] },
  { name: 'webhooks', packages: '(undici|ipaddr)', rooms: ['adapters/webhook-wire\\.ts$'] },
  { name: 'croner', packages: 'croner', rooms: ['domain/cron-schedule\\.ts$'] },
];

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'nothing-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'only-dependencies-in-src',
      comment: 'What the server needs must be installed with it.',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'generated-client-in-store-only',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(store|generated)/' },
      to: { path: '^src/generated/' },
    },
    {
      name: 'nothing-imports-the-wiring',
      severity: 'error',
      from: { path: '^src/[^/]+/' },
      to: { path: '^src/[^/]+\\.ts$' },
    },
    {
      name: 'commander-in-main-only',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/main\\.ts$' },
      to: { path: 'node_modules/commander/' },
    },
    {
      name: 'domain-is-pure',
      comment: 'No I/O, no clock, and of foreign libraries only the one that knows what a cron expression means.',
      severity: 'error',
      from: { path: '^src/domain/' },
      to: { pathNot: '^src/domain/|(^|/)node_modules/croner/' },
    },
    {
      name: 'src-does-not-import-tests',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|examples|bench)/' },
    },
    ...Object.entries(FLOORS).map(([room, below]) => ({
      name: `${room}-imports-down-only`,
      severity: 'error',
      from: { path: `^src/${room}/` },
      to: { path: '^src/[^/]+/', pathNot: `^src/(${[room, 'generated', ...below].join('|')})/` },
    })),
    ...LIBRARIES.map(({ name, packages, rooms }) => ({
      name: `${name}-in-its-room-only`,
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: `^src/(${[...rooms.map((room) => (room.endsWith('$') ? room : `${room}/`)), 'generated/'].join('|')})`,
      },
      to: { path: `(^|/)node_modules/${packages}` },
    })),
  ],
  options: {
    doNotFollow: { path: ['node_modules', '^src/generated/'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
