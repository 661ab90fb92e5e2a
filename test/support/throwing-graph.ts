import { Annotation, END, START, StateGraph } from '@langchain/langgraph';

const State = Annotation.Root({ what: Annotation<string> });

/** Throws what graphs of users have been seen to throw. */
export const graph = new StateGraph(State)
  .addNode('throws', ({ what }) => {
    throw odd(what);
  })
  .addEdge(START, 'throws')
  .addEdge('throws', END)
  .compile();

function odd(what: string): unknown {
  const circle: Record<string, unknown> = {};
  switch (what) {
    case 'circle':
      return Object.assign(circle, { itself: circle });
    case 'bigint':
      return 10n;
    case 'symbol':
      return Symbol('odd');
    case 'nameless':
      return Object.assign(new Error(), { name: { inner: {} }, message: 42 });
    case 'subclass':
      return new OutOfPaper('the tray is empty');
    case 'renamed':
      return new Jammed('sheet 3');
    default:
      return new Error('zero \u0000, escape \u0010, half \ud800');
  }
}

class OutOfPaper extends TypeError {}

class Jammed extends OutOfPaper {
  override readonly name = 'PaperJam';
}
