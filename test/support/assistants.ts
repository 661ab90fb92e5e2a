import { ask, type Answer, send } from './client.js';

export interface AssistantJson {
  readonly id: string;
  readonly graphId: string;
  readonly name: string;
  readonly description: string | null;
  readonly config: { readonly tags: readonly string[]; readonly recursionLimit: number | null; readonly configurable: object };
  readonly context: unknown;
  readonly metadata: object;
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export const CONTENT = 'graphId name description config { tags recursionLimit configurable } context metadata';
export const ASSISTANT = `id version createdAt updatedAt ${CONTENT}`;

type Mutated<Name extends string> = Record<Name, { readonly assistant: AssistantJson } | null>;

const CREATE = `mutation ($input: CreateAssistantInput!) { createAssistant(input: $input) { assistant { ${ASSISTANT} } } }`;
const UPDATE = `mutation ($id: ID!, $input: UpdateAssistantInput!) { updateAssistant(id: $id, input: $input) { assistant { ${ASSISTANT} } } }`;
const SET_VERSION = `mutation ($id: ID!, $version: Int!) { setAssistantVersion(id: $id, version: $version) { assistant { ${ASSISTANT} } } }`;
const DELETE = 'mutation ($id: ID!, $deleteThreads: Boolean) { deleteAssistant(id: $id, deleteThreads: $deleteThreads) { deletedId } }';

export function tryCreate(url: string, input: object): Promise<Answer<Mutated<'createAssistant'>>> {
  return send(url, CREATE, { input });
}

/** Creates an assistant; of graph `echo` unless told otherwise. */
export async function create(url: string, input: object = {}): Promise<AssistantJson> {
  return made((await tryCreate(url, { graphId: 'echo', ...input })).data?.createAssistant);
}

export function tryUpdate(url: string, id: string, input: object): Promise<Answer<Mutated<'updateAssistant'>>> {
  return send(url, UPDATE, { id, input });
}

export async function update(url: string, id: string, input: object): Promise<AssistantJson> {
  return made((await tryUpdate(url, id, input)).data?.updateAssistant);
}

export function trySetVersion(url: string, id: string, version: number): Promise<Answer<Mutated<'setAssistantVersion'>>> {
  return send(url, SET_VERSION, { id, version });
}

export async function setVersion(url: string, id: string, version: number): Promise<AssistantJson> {
  return made((await trySetVersion(url, id, version)).data?.setAssistantVersion);
}

export function tryDelete(
  url: string,
  id: string,
  options: object = {},
): Promise<Answer<{ deleteAssistant: { deletedId: string } | null }>> {
  return send(url, DELETE, { id, ...options });
}

export async function find(url: string, id: string): Promise<AssistantJson | null> {
  return (await ask<{ assistant: AssistantJson | null }>(url, `query ($id: ID!) { assistant(id: $id) { ${ASSISTANT} } }`, { id }))
    .assistant;
}

function made(payload: { readonly assistant: AssistantJson } | null | undefined): AssistantJson {
  if (!payload) throw new Error('The assistant was refused.');
  return payload.assistant;
}
