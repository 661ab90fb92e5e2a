import type { LanggraphJson } from './find-langgraph-json.js';

/** What a user wants to know when the server is up. */
export interface Started {
  /** `http://127.0.0.1:8123`; null: this process answers no clients. */
  readonly url: string | null;
  readonly graphIds: readonly string[];
  /** Where the data lies: a folder, or host and database name. */
  readonly location: string;
  readonly warnings: readonly string[];
}

/** The lines for a human that follow the start: what was loaded, where the data lies, what to open. */
export function describeStart({ url, graphIds, location, warnings }: Started, langgraphJson: LanggraphJson): string {
  const source = langgraphJson.isExample ? 'the bundled examples; --config FILE serves your own' : langgraphJson.path;
  return [
    '',
    '  Skein is up.',
    '',
    `  graphs    ${graphIds.join(', ')}`,
    `            from ${source}`,
    `  data      ${location}`,
    url === null ? '  clients   none: this process only executes runs' : `  open      ${url}/graphql`,
    '',
    ...warnings.map((warning) => `  note: ${warning}`),
    ...(warnings.length > 0 ? [''] : []),
    '',
  ].join('\n');
}
