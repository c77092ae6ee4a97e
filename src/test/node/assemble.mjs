// Assembles texts of WebAssembly modules with the `parse` of wasm-tools, which does not validate,
// so that invalid modules can be made, too.
//
//   standard input:   per text, its length in bytes (32 bits, big-endian) and its bytes
//   standard output:  per text, one byte (1: assembled, 0: refused), then as above the binary,
//                     or in UTF-8 why the text is refused
//
// Ends when its input does.
import { writeSync } from 'node:fs';
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';

async function assemble(bytes) {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return [1, Buffer.from(await parse(text))];
  } catch (error) {
    return [0, Buffer.from(String(error.payload ?? error))];
  }
}

function write(bytes) {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(1, bytes, at);
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error; // The reader is slower.
    }
  }
}

let pending = Buffer.alloc(0);
for await (const chunk of process.stdin) {
  pending = Buffer.concat([pending, chunk]);
  while (pending.length >= 4 && pending.length >= 4 + pending.readUInt32BE()) {
    const end = 4 + pending.readUInt32BE();
    const [status, result] = await assemble(pending.subarray(4, end));
    const head = Buffer.alloc(5);
    head.writeUInt8(status);
    head.writeUInt32BE(result.length, 1);
    write(Buffer.concat([head, result]));
    pending = pending.subarray(end);
  }
}
