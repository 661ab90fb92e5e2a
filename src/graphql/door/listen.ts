import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { StartupError } from '../../domain/errors.js';

export interface Address {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
}

/** Makes `server` accept connections, and resolves to its URL. @throws {@link StartupError} saying why not and what to do */
export function listen(server: Server, { host, port }: Address): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(new StartupError(faultOf(error, { host, port }))));
    server.listen({ host, port }, () => resolve(urlOf(server.address() as AddressInfo)));
  });
}

function urlOf({ address, family, port }: AddressInfo): string {
  const anywhere = address === '0.0.0.0' || address === '::';
  return `http://${anywhere ? 'localhost' : family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

function faultOf({ code, message }: NodeJS.ErrnoException, { host, port }: Address): string {
  const attempt = `Cannot listen on port ${port} of ${host}`;
  if (code === 'EADDRINUSE') return `${attempt}: it is in use. Stop whoever uses it, or choose another with PORT or --port.`;
  if (code === 'EACCES') return `${attempt}: it is not permitted. Choose a port above 1023 with PORT or --port.`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return `${attempt}: this machine has no such address. Set HOST (or --host) to one it has, such as 127.0.0.1 or 0.0.0.0.`;
  }
  return `${attempt}: ${message}.`;
}
