import { setTimeout as wait } from 'node:timers/promises';
import type { CallbackManagerForLLMRun } from '@langchain/core/callbacks/manager';
import { BaseChatModel, type BaseChatModelParams } from '@langchain/core/language_models/chat_models';
import { AIMessage, AIMessageChunk, type BaseMessage, type StandardMessageStructure, type UsageMetadata } from '@langchain/core/messages';
import { ChatGenerationChunk, type ChatResult } from '@langchain/core/outputs';
import { answer, type Reply, type Script } from './script.js';

export interface ScriptedModelParams extends BaseChatModelParams {
  /** Pause before each token. */
  readonly tokenDelayMs?: number;
  /** What it says to a conversation; `script.ts` unless told otherwise. */
  readonly script?: Script;
}

/** A chat model without a model: it streams what its script has to say, calls tools and counts tokens, and costs nothing. */
export class ScriptedModel extends BaseChatModel {
  readonly #tokenDelayMs: number;
  readonly #script: Script;

  constructor({ tokenDelayMs = 0, script = answer, ...params }: ScriptedModelParams = {}) {
    super(params);
    this.#tokenDelayMs = tokenDelayMs;
    this.#script = script;
  }

  override _llmType(): string {
    return 'scripted';
  }

  /** The script knows the tools by itself. */
  override bindTools(): this {
    return this;
  }

  override async *_streamResponseChunks(
    messages: BaseMessage[],
    options: this['ParsedCallOptions'],
    runManager?: CallbackManagerForLLMRun,
  ): AsyncGenerator<ChatGenerationChunk> {
    for (const message of toChunks(messages, this.#script(messages))) {
      if (this.#tokenDelayMs > 0) await wait(this.#tokenDelayMs, undefined, { signal: options.signal });
      const text = typeof message.content === 'string' ? message.content : '';
      const chunk = new ChatGenerationChunk({ message, text });
      yield chunk;
      await runManager?.handleLLMNewToken(text, undefined, undefined, undefined, undefined, { chunk });
    }
  }

  override async _generate(messages: BaseMessage[]): Promise<ChatResult> {
    const reply = this.#script(messages);
    const message = new AIMessage<StandardMessageStructure>({
      content: reply.text,
      tool_calls: reply.toolCalls,
      usage_metadata: countUsage(messages, reply),
    });
    return Promise.resolve({ generations: [{ message, text: reply.text }] });
  }
}

/** One chunk for each word, one for each tool call, and a last one with the usage: the order in which real providers stream. */
function* toChunks(messages: readonly BaseMessage[], reply: Reply): Generator<AIMessageChunk> {
  for (const token of tokensOf(reply.text)) yield new AIMessageChunk({ content: token });
  for (const [index, { id, name, args }] of reply.toolCalls.entries()) {
    yield new AIMessageChunk({ content: '', tool_call_chunks: [{ index, id, name, args: JSON.stringify(args), type: 'tool_call_chunk' }] });
  }
  yield new AIMessageChunk<StandardMessageStructure>({ content: '', usage_metadata: countUsage(messages, reply) });
}

function countUsage(messages: readonly BaseMessage[], reply: Reply): UsageMetadata {
  const input_tokens = messages.reduce((sum, message) => sum + tokensOf(message.text).length, 0);
  const output_tokens = tokensOf(reply.text).length + reply.toolCalls.length;
  return { input_tokens, output_tokens, total_tokens: input_tokens + output_tokens };
}

/** Words, each with the space before it. */
function tokensOf(text: string): string[] {
  return text.match(/\s*\S+/g) ?? [];
}
