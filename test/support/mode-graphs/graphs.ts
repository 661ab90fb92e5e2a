import { asking, makeRow, makeToolGraph, nest } from '../sample-graphs.js';
import { makePlannedGraph, type Plan } from './planned.js';

export const tools = makeToolGraph();

/** A question inside a graph. */
export const nested = nest(makeRow({ think: null, ask: asking('ask') }));

export const failing = nest(
  makeRow({
    works: null,
    fails: () => {
      throw new RangeError('never works');
    },
  }),
);

/** The graph that the run's `configurable.plan` describes. */
export const planned = ({ configurable }: { configurable?: { plan?: Plan } }) => makePlannedGraph(configurable?.plan ?? []);
