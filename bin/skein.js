#!/usr/bin/env node
import { register } from 'tsx/esm/api';

// The sources are TypeScript and run as they are, wherever the package is installed and whatever the working directory.
register();
await import('../src/main.ts');
