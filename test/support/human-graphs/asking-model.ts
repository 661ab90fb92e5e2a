import { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { AIMessage, type BaseMessage } from '@langchain/core/messages';
import type { ChatResult } from '@langchain/core/outputs';

/** Calls the tool `ask` once for each word of what it was told, all at once, and then repeats what the tools answered. */
export class AskingModel extends BaseChatModel {
  override _llmType(): string {
    return 'asking';
  }

  override bindTools(): this {
    return this;
  }

  override async _generate(messages: BaseMessage[]): Promise<ChatResult> {
    const message = reply(messages);
    return Promise.resolve({ generations: [{ message, text: message.text }] });
  }
}

function reply(messages: readonly BaseMessage[]): AIMessage {
  const told = messages.findLastIndex(({ type }) => type === 'human');
  const answers = messages.slice(told + 1).filter(({ type }) => type === 'tool');
  if (answers.length > 0) return new AIMessage(answers.map(({ text }) => text).join(' and '));
  const words = messages[told]?.text.split(' ') ?? [];
  return new AIMessage({ content: '', tool_calls: words.map((word, index) => ({ id: `call_${index + 1}`, name: 'ask', args: { word } })) });
}
