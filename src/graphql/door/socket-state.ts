import type { Operation, Operations } from './operations.js';

/** What one socket has going on: each operation's signal by its id. */
export interface SocketState {
  open(id: string): Operation;
  close(id: string): void;
  closeAll(): void;
}

export function makeSocketState(operations: Operations): SocketState {
  const open = new Map<string, Operation>();
  const close = (id: string): void => {
    open.get(id)?.close();
    open.delete(id);
  };
  return {
    open(id) {
      const operation = operations.open();
      open.set(id, operation);
      return operation;
    },
    close,
    closeAll: () => [...open.keys()].forEach(close),
  };
}
