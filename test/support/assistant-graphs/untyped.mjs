import { Annotation, MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';

const State = Annotation.Root({ topic: Annotation() });
const Chat = Annotation.Root({ ...MessagesAnnotation.spec, topic: Annotation() });

/** Tells nothing. */
export const plain = new StateGraph(State).addNode('work', () => ({})).addEdge(START, 'work');

export const chat = new StateGraph(Chat).addNode('work', () => ({})).addEdge(START, 'work');
