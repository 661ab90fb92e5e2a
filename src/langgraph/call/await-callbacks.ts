/**
 * Makes LangChain hand each token over before the model goes on. By default it does so in the background, and a run that ends meanwhile
 * loses the rest: two chats at once lost a third of their tokens, fifty nearly all. The variable is the only switch that reaches the
 * copies of LangChain which users' projects bring along; it is read whenever a callback handler is made.
 */
export function awaitCallbacks(env: NodeJS.ProcessEnv = process.env): void {
  env['LANGCHAIN_CALLBACKS_BACKGROUND'] = 'false';
}
