import { type BaseMessage, HumanMessage, SystemMessage } from '@langchain/core/messages';
import {
  Annotation,
  Command,
  END,
  interrupt,
  type LangGraphRunnableConfig,
  MessagesAnnotation,
  START,
  StateGraph,
} from '@langchain/langgraph';
import { z } from 'zod';
import { chooseModel } from './choose-model.js';
import { draftText } from './human-review-script.js';

const State = Annotation.Root({
  /** What was asked for, the drafts, and what was to be changed in them. */
  ...MessagesAnnotation.spec,
  /** The text that was sent; null until then. */
  sent: Annotation<string | null>,
});

/** What the graph asks. */
export interface ReviewQuestion {
  readonly question: string;
  readonly draft: string;
  readonly options: readonly ['approve', 'revise'];
  /** Why the answer before this one could not be used. */
  readonly fault?: string;
}

/** `{ "action": "approve" }`, or `{ "action": "revise", "feedback": "shorter" }`. */
const Answer = z.discriminatedUnion('action', [
  z.object({ action: z.literal('approve') }),
  z.object({ action: z.literal('revise'), feedback: z.string().min(1) }),
]);

const TASK = new SystemMessage('You write short messages for your user. Answer with the message alone, and change it as you are told.');

async function draft({ messages }: typeof State.State, config: LangGraphRunnableConfig): Promise<typeof State.Update> {
  const model = await chooseModel(config, draftText);
  return { messages: [await model.invoke([TASK, ...messages], config)], sent: null };
}

/** Waits here, for as long as it takes, until somebody answers. */
function review({ messages }: typeof State.State): Command {
  let fault: string | undefined;
  for (;;) {
    const question: ReviewQuestion = {
      question: 'Send this?',
      draft: lastText(messages),
      options: ['approve', 'revise'],
      ...(fault !== undefined && { fault }),
    };
    // The first time this ends the run, which waits for its answer; the run that brings the answer begins this node again.
    const { success, data, error } = Answer.safeParse(interrupt(question));
    if (!success) fault = z.prettifyError(error);
    else if (data.action === 'approve') return new Command({ goto: 'send' });
    else return new Command({ goto: 'draft', update: { messages: [new HumanMessage(data.feedback)] } });
  }
}

/** A real one would hand the text to a mail server. */
function send({ messages }: typeof State.State): typeof State.Update {
  return { sent: lastText(messages) };
}

function lastText(messages: readonly BaseMessage[]): string {
  return messages.at(-1)?.text ?? '';
}

/** draft → review → send, or back to draft with what is to be changed. */
export const graph = new StateGraph(State)
  .addNode('draft', draft)
  .addNode('review', review, { ends: ['draft', 'send'] })
  .addNode('send', send)
  .addEdge(START, 'draft')
  .addEdge('draft', 'review')
  .addEdge('send', END)
  .compile();
