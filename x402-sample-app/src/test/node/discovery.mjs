// Runs the prober of registries against a shop: node discovery.mjs <origin> <path>…
import { main } from './node_modules/@agentcash/discovery/dist/cli.js';

const [origin, ...paths] = process.argv.slice(2);
const print = console.log;

async function run(...parameters) {
  const lines = [];
  console.log = (line) => lines.push(line);
  try {
    await main([...parameters, '--json']);
  } finally {
    console.log = print;
  }
  return JSON.parse(lines.join('\n'));
}

const discovered = await run('discover', origin);
const checked = [];
for (const path of paths) {
  checked.push(await run('check', origin + path));
}
print(JSON.stringify({ discovered, checked }));
process.exit(0);
