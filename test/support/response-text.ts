/** A response's body as it comes in; rejects when the connection breaks. */
export async function* textOf(response: Response): AsyncGenerator<string> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  for (let chunk = await reader?.read(); chunk?.done === false; chunk = await reader?.read())
    yield decoder.decode(chunk.value, { stream: true });
}
