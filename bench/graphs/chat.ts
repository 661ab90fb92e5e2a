import type { CallbackManagerForLLMRun } from '@langchain/core/callbacks/manager';
import { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { AIMessage, AIMessageChunk, type BaseMessage } from '@langchain/core/messages';
import { ChatGenerationChunk, type ChatResult } from '@langchain/core/outputs';
import { END, MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';

export const TOKENS = 200;

/** Streams the same words every time, as fast as they are taken. */
class TokenModel extends BaseChatModel {
  override _llmType(): string {
    return 'tokens';
  }

  override async *_streamResponseChunks(
    _messages: BaseMessage[],
    _options: this['ParsedCallOptions'],
    runManager?: CallbackManagerForLLMRun,
  ): AsyncGenerator<ChatGenerationChunk> {
    for (let index = 0; index < TOKENS; index += 1) {
      const text = `word${index} `;
      const chunk = new ChatGenerationChunk({ message: new AIMessageChunk(text), text });
      yield chunk;
      await runManager?.handleLLMNewToken(text, undefined, undefined, undefined, undefined, { chunk });
    }
  }

  override async _generate(): Promise<ChatResult> {
    const text = Array.from({ length: TOKENS }, (_, index) => `word${index} `).join('');
    return Promise.resolve({ generations: [{ message: new AIMessage(text), text }] });
  }
}

const model = new TokenModel({});

/** One answer of 200 tokens, without any delay: what is left is the cost of carrying them. */
export const graph = new StateGraph(MessagesAnnotation)
  .addNode('model', async ({ messages }, config) => ({ messages: [await model.invoke(messages, config)] }))
  .addEdge(START, 'model')
  .addEdge('model', END)
  .compile();
