import { createRequire } from 'node:module';
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import type { RunnableConfig } from '@langchain/core/runnables';
import { initChatModel } from 'langchain';
import { answer, type Script } from './script.js';
import { ScriptedModel } from './scripted-model.js';

/** Taken when nobody names a model: the first whose key is set and whose package is installed. */
const PROVIDERS = [
  { key: 'OPENAI_API_KEY', package: '@langchain/openai', model: 'openai:gpt-4o-mini' },
  { key: 'ANTHROPIC_API_KEY', package: '@langchain/anthropic', model: 'anthropic:claude-haiku-4-5' },
  { key: 'GOOGLE_API_KEY', package: '@langchain/google-genai', model: 'google-genai:gemini-2.5-flash' },
];

/**
 * `config.configurable.model` or the environment's AGENT_MODEL, written `provider:model` as for `initChatModel` (install the provider's
 * package, such as `@langchain/openai`, and set its key); `scripted` is the model that needs neither, and the one used without a key. It
 * then says what `script` says.
 */
export async function chooseModel({ configurable }: RunnableConfig, script: Script = answer): Promise<BaseChatModel> {
  const given: unknown = configurable?.['model'] ?? process.env['AGENT_MODEL'];
  const name = typeof given === 'string' && given !== '' ? given : findProvider()?.model;
  if (name === undefined || name === 'scripted') return new ScriptedModel({ script, tokenDelayMs: tokenDelayMsOf(configurable) });
  return initChatModel(name);
}

function findProvider(): (typeof PROVIDERS)[number] | undefined {
  return PROVIDERS.find((provider) => process.env[provider.key] && isInstalled(provider.package));
}

function isInstalled(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch {
    return false;
  }
}

const TOKEN_DELAY_MS = 15;

function tokenDelayMsOf(configurable: RunnableConfig['configurable']): number {
  const given = Number(configurable?.['tokenDelayMs'] ?? process.env['TOKEN_DELAY_MS'] ?? TOKEN_DELAY_MS);
  return given >= 0 ? given : TOKEN_DELAY_MS;
}
