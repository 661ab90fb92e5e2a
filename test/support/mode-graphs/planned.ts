import { HumanMessage } from '@langchain/core/messages';
import { Annotation, END, type LangGraphRunnableConfig, MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';
import fc from 'fast-check';
import { ScriptedModel } from '../../../examples/graphs/scripted-model.js';

/** What one node does, how often, and what stands beside or inside it. */
export type Stage =
  | { readonly kind: 'work'; readonly work: Work }
  | { readonly kind: 'loop'; readonly work: Work; readonly times: number }
  | { readonly kind: 'fan'; readonly works: readonly Work[] }
  | { readonly kind: 'branch'; readonly left: Work; readonly right: Work }
  | { readonly kind: 'graph'; readonly plan: Plan };
type Work = 'update' | 'nothing' | 'custom' | 'tokens';
/** Stages one after the other. */
export type Plan = readonly Stage[];

const work = fc.constantFrom<Work>('update', 'nothing', 'custom', 'tokens');
const stage = (depth: number): fc.Arbitrary<Stage> =>
  fc.oneof(
    fc.record({ kind: fc.constant('work' as const), work }),
    fc.record({ kind: fc.constant('loop' as const), work, times: fc.integer({ min: 1, max: 3 }) }),
    fc.record({ kind: fc.constant('fan' as const), works: fc.array(work, { minLength: 2, maxLength: 3 }) }),
    fc.record({ kind: fc.constant('branch' as const), left: work, right: work }),
    ...(depth > 0 ? [fc.record({ kind: fc.constant('graph' as const), plan: plans(depth - 1) })] : []),
  );
/** Small graphs, with graphs in them as deep as `depth`. */
export const plans = (depth = 1): fc.Arbitrary<Plan> => fc.array(stage(depth), { minLength: 1, maxLength: 3 });

const State = Annotation.Root({
  ...MessagesAnnotation.spec,
  done: Annotation<string[]>({ reducer: (before, added) => before.concat(added), default: () => [] }),
});
type Builder = StateGraph<typeof State.spec, typeof State.State, typeof State.Update, string>;
type Node = (state: typeof State.State, config: LangGraphRunnableConfig) => Promise<typeof State.Update>;

const model = new ScriptedModel();

export function makePlannedGraph(plan: Plan) {
  const builder = new StateGraph(State) as Builder;
  let ends: string[] = [START];
  plan.forEach((given, index) => {
    const name = `${given.kind}${index}`;
    ends = addStage(builder, given, name, ends);
  });
  for (const end of ends) builder.addEdge(end, END);
  return builder.compile();
}

/** Adds a stage after `ends`; gives the nodes that it ends with. */
function addStage(builder: Builder, given: Stage, name: string, ends: string[]): string[] {
  const follow = (node: string): unknown => (ends.length > 1 ? builder.addEdge(ends, node) : builder.addEdge(ends[0]!, node));
  switch (given.kind) {
    case 'work':
      builder.addNode(name, makeNode(name, given.work));
      follow(name);
      return [name];
    case 'graph':
      builder.addNode(name, makePlannedGraph(given.plan));
      follow(name);
      return [name];
    case 'fan':
      return given.works.map((one, index) => {
        const node = `${name}_${index}`;
        builder.addNode(node, makeNode(node, one));
        follow(node);
        return node;
      });
    case 'loop': {
      const after = `${name}_after`;
      builder.addNode(name, makeNode(name, given.work)).addNode(after, makeNode(after, 'nothing'));
      follow(name);
      const again = ({ done }: typeof State.State): string => (done.filter((node) => node === name).length < given.times ? name : after);
      builder.addConditionalEdges(name, again, [name, after]);
      return [after];
    }
    case 'branch': {
      const [choose, left, right, after] = [name, `${name}_left`, `${name}_right`, `${name}_after`];
      builder.addNode(choose, makeNode(choose, 'nothing')).addNode(left, makeNode(left, given.left));
      builder.addNode(right, makeNode(right, given.right)).addNode(after, makeNode(after, 'nothing'));
      follow(choose);
      builder.addConditionalEdges(choose, ({ done }) => (done.length % 2 === 0 ? left : right), [left, right]);
      builder.addEdge(left, after).addEdge(right, after);
      return [after];
    }
  }
}

function makeNode(name: string, what: Work): Node {
  return async (_state, config) => {
    if (what === 'custom') for (const part of [1, 2]) config.writer?.({ name, part });
    const messages = what === 'tokens' ? [await model.invoke([new HumanMessage('hello')], config)] : [];
    return what === 'nothing' && !name.startsWith('loop') ? {} : { done: [name], messages };
  };
}
