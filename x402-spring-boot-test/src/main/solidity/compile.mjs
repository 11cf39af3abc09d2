// Compiles the contracts beside this file into contracts.json. With --check, only says whether that is up to date.
import {readFileSync, readdirSync, writeFileSync} from "node:fs";
import solc from "solc";

const folder = new URL("./", import.meta.url);
const target = new URL("contracts.json", folder);
const settings = {
    evmVersion: "paris",
    metadata: {bytecodeHash: "none", appendCBOR: false},
    optimizer: {enabled: true, runs: 200},
    outputSelection: {"*": {"*": ["evm.bytecode.object", "evm.deployedBytecode.object"]}},
    viaIR: true,
};
const sources = Object.fromEntries(readdirSync(folder)
    .filter((name) => name.endsWith(".sol"))
    .map((name) => [name, {content: readFileSync(new URL(name, folder), "utf8")}]));
const output = JSON.parse(solc.compile(JSON.stringify({language: "Solidity", sources, settings})));
for (const problem of output.errors ?? []) {
    console.error(problem.formattedMessage);
}
if ((output.errors ?? []).some((problem) => problem.severity === "error")) {
    process.exit(1);
}
const contracts = {};
for (const file of Object.values(output.contracts)) {
    for (const [name, contract] of Object.entries(file)) {
        contracts[name] = {
            bytecode: "0x" + contract.evm.bytecode.object,
            deployedBytecode: "0x" + contract.evm.deployedBytecode.object,
        };
    }
}
const {outputSelection, ...noted} = settings;
const text = JSON.stringify({compiler: solc.version(), settings: noted, contracts}, null, 2) + "\n";
if (process.argv.includes("--check")) {
    const same = readFileSync(target, "utf8") === text;
    console.log(same ? "contracts.json is up to date" : "contracts.json is not what the sources compile to");
    process.exit(same ? 0 : 1);
}
writeFileSync(target, text);
