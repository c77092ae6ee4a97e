// Runs a worker-convention module on V8: the outside oracle of `wasm-run parity`.
//
//   node worker-host.mjs [--turns] MODULE THREADS PAGES MAXIMUM STACK SHARE [ARGUMENT...]
//
// PAGES and MAXIMUM are the limits of the shared memory that MODULE imports. STACK is the address
// from which its shadow stack grows down and SHARE the part of it for each thread; 0 for a module
// without one. What the module emits and prints goes to standard output.
//
// With --turns it runs once for every line on standard input, each time with a new memory, new
// instances and new workers, and prints `took NANOSECONDS` at the end of each.

import { readFileSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Worker, isMainThread, workerData } from 'node:worker_threads';

function imports(memory) {
  const write = (text) => writeSync(1, text);
  const decode = (encoding, start, length) =>
    // A decoder takes no view of shared memory: copy.
    new TextDecoder(encoding).decode(new Uint8Array(memory.buffer, start, length).slice());
  const assemblyScriptString = (pointer) =>
    pointer === 0
      ? 'null'
      : decode('utf-16le', pointer, new DataView(memory.buffer).getUint32(pointer - 4, true));
  return {
    host: {
      emit: (value) => write(`${BigInt.asUintN(64, value)}\n`),
      print: (pointer, length) => write(decode('utf-8', pointer, length)),
      now: () => process.hrtime.bigint(),
    },
    env: {
      memory,
      abort: (message, file, line, column) => {
        const where = `${assemblyScriptString(file)}:${line}:${column}`;
        throw new Error(`abort: ${assemblyScriptString(message)} at ${where}`);
      },
      seed: () => Math.random() * 2 ** 53,
      trace: () => {},
    },
  };
}

// Converts what the user gave to what an export takes: i32 stays a number, i64 becomes a BigInt.
function call(instance, name, first, args) {
  const entry = instance.exports[name];
  if (entry === undefined) return;
  const rest = args.slice(0, Math.max(0, entry.length - first.length)).map(BigInt);
  while (first.length + rest.length < entry.length) rest.push(0n);
  entry(...first, ...rest);
}

function work({ module, memory, thread, threads, stack, share, args }) {
  const instance = new WebAssembly.Instance(module, imports(memory));
  if (stack !== 0) instance.exports.stackRestore(stack - (thread + 1) * share);
  call(instance, 'work', [thread, threads], args);
}

async function lead(module, numbers) {
  const [threads, pages, maximum, stack, share] = numbers.slice(0, 5).map(Number);
  const args = numbers.slice(5);
  const memory = new WebAssembly.Memory({ initial: pages, maximum, shared: true });
  const instance = new WebAssembly.Instance(module, imports(memory));
  call(instance, 'setup', [threads], args);
  const workers = Array.from({ length: threads }, (_, thread) =>
    new Promise((resolve, reject) => {
      const workerData = { module, memory, thread, threads, stack, share, args };
      const worker = new Worker(fileURLToPath(import.meta.url), { workerData });
      worker.once('error', reject);
      worker.once('exit', resolve);
    }));
  await Promise.all(workers);
  call(instance, 'finish', [threads], args);
}

async function takeTurns(module, numbers) {
  for await (const _ of createInterface({ input: process.stdin })) {
    const start = process.hrtime.bigint();
    await lead(module, numbers);
    writeSync(1, `took ${process.hrtime.bigint() - start}\n`);
  }
}

if (isMainThread) {
  const turns = process.argv[2] === '--turns';
  const [file, ...numbers] = process.argv.slice(turns ? 3 : 2);
  const module = new WebAssembly.Module(readFileSync(file));
  await (turns ? takeTurns : lead)(module, numbers);
} else {
  work(workerData);
}
