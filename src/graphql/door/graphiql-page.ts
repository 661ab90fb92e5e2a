import type { GraphiQLOptions } from 'graphql-yoga';

/** GraphiQL's page with everything in it: it needs no internet access. Loaded when first asked for, because it is large. */
export async function renderGraphiql(options: GraphiQLOptions): Promise<string> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const first = JSON.stringify(options.defaultTabs?.[0] ?? null).replaceAll('<', '\\u003c');
  return renderGraphiQL(options).replace(ROOT, (root) => `${root}\n${STYLE}\n<script>(${PREPARE})(${first});</script>`);
}

const ROOT = '<div id="root"></div>';
const STYLE = '<style>.graphiql-tab { transform: none !important; }</style>';

/**
 * Two faults of GraphiQL 5, seen in Chromium 2026-11-21. It fills its editors from keys of their own and not from the active tab: without
 * these the first tab comes without its variables, and every reload adds an empty tab. And tabs that can be dragged jump away from under
 * the pointer that presses them (a shift from before the page had its size), so the first click on each is lost: here they stay put.
 */
const PREPARE = `function (first) {
  const stored = JSON.parse(localStorage.getItem('graphiql:tabState'));
  const active = stored ? stored.tabs[stored.activeTabIndex] : first;
  for (const part of active ? ['query', 'variables', 'headers'] : []) {
    if (active[part]) localStorage.setItem('graphiql:' + part, active[part]);
    else localStorage.removeItem('graphiql:' + part);
  }
  addEventListener('pointerdown', (event) => event.target.closest('.graphiql-tab') && event.stopPropagation(), { capture: true });
}`;
