// Runs a WASI command on V8: the rival of `wasm-run bench FILE.wasm`.
//
//   node wasi-command.mjs MODULE NAME ERRORS [HOST GUEST]...
//
// MODULE is instantiated anew and its _start run for every line on standard input. The command's
// first argument is NAME, its standard error goes to the file ERRORS, which holds that of the last
// run, and it may use each directory HOST by the name GUEST. Its input is empty, its output lost.
//
// After a run comes a line `took NANOSECONDS`: processor time between the calls of bench.start and
// bench.end, or of _start where MODULE imports nothing from `bench`. It is the thread's where Node
// can tell that (22.15 or later), else the process's. A run that fails says `failed WHY` and is the
// last.

import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { devNull } from 'node:os';
import { createInterface } from 'node:readline';
import { WASI } from 'node:wasi';

const NANOS_PER_MICRO = 1000;

const [file, name, errors, ...directories] = process.argv.slice(2);
const preopens = {};
for (let i = 0; i < directories.length; i += 2) preopens[directories[i + 1]] = directories[i];

function processorNanos() {
  const { user, system } = process.threadCpuUsage?.() ?? process.cpuUsage();
  return (user + system) * NANOS_PER_MICRO;
}

function stopwatch() {
  let since = null;
  let total = null;
  return {
    start() {
      since = processorNanos();
    },
    end() {
      if (since === null) throw new Error('it called bench.end before bench.start');
      total += processorNanos() - since;
      since = null;
    },
    total: () => total,
  };
}

function run(module, marked) {
  const empty = openSync(devNull, 'r');
  const lost = openSync(devNull, 'w');
  const said = openSync(errors, 'w');
  try {
    const wasi = new WASI({
      version: 'preview1',
      args: [name],
      env: {},
      preopens,
      returnOnExit: true,
      stdin: empty,
      stdout: lost,
      stderr: said,
    });
    const { start, end, total } = stopwatch();
    const instance = new WebAssembly.Instance(module, {
      bench: { start, end },
      wasi_snapshot_preview1: wasi.wasiImport,
    });
    if (!marked) start();
    const code = wasi.start(instance);
    if (!marked) end();
    if (code) throw new Error(`it exited with code ${code}`);
    if (total() === null) throw new Error('it did not call bench.start and then bench.end');
    return total();
  } finally {
    [empty, lost, said].forEach((descriptor) => closeSync(descriptor));
  }
}

try {
  const module = new WebAssembly.Module(readFileSync(file));
  const marked = WebAssembly.Module.imports(module).some((item) => item.module === 'bench');
  for await (const _ of createInterface({ input: process.stdin })) {
    writeSync(1, `took ${run(module, marked)}\n`);
  }
} catch (e) {
  writeSync(1, `failed ${String(e.message).split('\n')[0]}\n`);
  process.exit(1);
}
