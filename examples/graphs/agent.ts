import type { AIMessage, ToolMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { END, type LangGraphRunnableConfig, MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';
import { ToolNode } from '@langchain/langgraph/prebuilt';
import { z } from 'zod';
import { chooseModel } from './choose-model.js';

const SKIES = ['sunny', 'cloudy', 'rainy', 'windy', 'foggy'];

/** A made-up forecast that is always the same for the same city. A real one would ask a weather service. */
const getWeather = tool(
  ({ city }) => {
    const seed = [...city.toLowerCase()].reduce((sum, letter) => sum + (letter.codePointAt(0) ?? 0), 0);
    return `It is ${SKIES[seed % SKIES.length]} in ${city}, ${8 + (seed % 20)} °C.`;
  },
  {
    name: 'get_weather',
    description: 'The weather in a city, now.',
    schema: z.object({ city: z.string().describe('Name of the city') }),
  },
);

const tools = [getWeather];

/** The model reads the whole conversation and answers it, or asks for a tool. */
async function callModel(
  state: typeof MessagesAnnotation.State,
  config: LangGraphRunnableConfig,
): Promise<typeof MessagesAnnotation.Update> {
  const model = await chooseModel(config);
  const bound = model.bindTools?.(tools) ?? model;
  return { messages: [await bound.invoke(state.messages, config)] };
}

function needsTool({ messages }: typeof MessagesAnnotation.State): 'tools' | typeof END {
  const last = messages.at(-1) as AIMessage | ToolMessage | undefined;
  return last?.type === 'ai' && last.tool_calls?.length ? 'tools' : END;
}

/** agent → tools → agent → …, until the model answers without asking for a tool. The thread remembers the messages. */
export const graph = new StateGraph(MessagesAnnotation)
  .addNode('agent', callModel)
  .addNode('tools', new ToolNode(tools))
  .addEdge(START, 'agent')
  .addConditionalEdges('agent', needsTool, ['tools', END])
  .addEdge('tools', 'agent')
  .compile();
