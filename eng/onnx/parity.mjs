// Runs an ONNX model in onnxruntime-web (WebAssembly), a runtime that shares no code with ours: node parity.mjs MODULES MODEL PIXELS COUNT SIZE
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';

const [modules, model, pixels, count, size] = process.argv.slice(2);
const ort = createRequire(`${modules}/`)('onnxruntime-web');
ort.env.wasm.numThreads = 1;
ort.env.logLevel = 'error';
const session = await ort.InferenceSession.create(readFileSync(model), { executionProviders: ['wasm'] });
const bytes = readFileSync(pixels);
const values = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
const image = new ort.Tensor('float32', values, [Number(count), 1, Number(size), Number(size)]);
const result = await session.run({ image });
console.log(JSON.stringify({ logits: [...result.logits.data], probabilities: [...result.probabilities.data] }));
process.exit(0);
