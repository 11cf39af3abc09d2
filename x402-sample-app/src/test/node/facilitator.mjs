import { randomBytes } from "node:crypto";
import {
  decodeFunctionData,
  encodeAbiParameters,
  encodeEventTopics,
  encodeFunctionResult,
  isAddressEqual,
  parseAbi,
  verifyTypedData,
} from "viem";
import { serve } from "./facilitator-server.mjs";

/** Base Sepolia's USDC; every account is rich and has no code. Only the official checks decide. */
const TOKEN = "0x036CbD53842c5426634e7929541eC2318f3dCF7e";
const SIGNER = "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC";

const tokenAbi = parseAbi([
  "function balanceOf(address) view returns (uint256)",
  "function name() view returns (string)",
  "function version() view returns (string)",
  "function authorizationState(address, bytes32) view returns (bool)",
  "event Transfer(address indexed from, address indexed to, uint256 value)",
]);

/** Stands for the chain: remembers nonces and receipts, and nothing else. */
class StubChain {
  #usedNonces = new Set();
  #receipts = new Map();

  getAddresses() {
    return [SIGNER];
  }

  async getCode({ address }) {
    return isAddressEqual(address, TOKEN) ? "0x01" : undefined;
  }

  async verifyTypedData(parameters) {
    return verifyTypedData(parameters);
  }

  async readContract({ functionName, args = [] }) {
    switch (functionName) {
      case "transferWithAuthorization":
        return this.#requireUnused(args);
      case "tryAggregate":
        return args[1].map((call) => this.#answer(call));
      default:
        return this.#read(functionName, args);
    }
  }

  async writeContract({ address, functionName, args }) {
    if (functionName !== "transferWithAuthorization") {
      throw new Error(`Nobody should call ${functionName}`);
    }
    this.#requireUnused(args);
    const [from, to, value] = args;
    this.#usedNonces.add(nonceKey(args));
    const hash = `0x${randomBytes(32).toString("hex")}`;
    const topics = encodeEventTopics({ abi: tokenAbi, eventName: "Transfer", args: { from, to } });
    const data = encodeAbiParameters([{ type: "uint256" }], [value]);
    this.#receipts.set(hash, { status: "success", logs: [{ address, topics, data }] });
    return hash;
  }

  async sendTransaction() {
    throw new Error("Nobody should deploy a wallet");
  }

  async waitForTransactionReceipt({ hash }) {
    return this.#receipts.get(hash);
  }

  #requireUnused(args) {
    if (this.#usedNonces.has(nonceKey(args))) {
      throw new Error("FiatTokenV2: authorization is used or canceled");
    }
  }

  #answer({ callData }) {
    const { functionName, args = [] } = decodeFunctionData({ abi: tokenAbi, data: callData });
    const result = this.#read(functionName, args);
    return { success: true, returnData: encodeFunctionResult({ abi: tokenAbi, functionName, result }) };
  }

  #read(functionName, args) {
    switch (functionName) {
      case "balanceOf":
        return 10n ** 12n;
      case "name":
        return "USDC";
      case "version":
        return "2";
      case "authorizationState":
        return this.#usedNonces.has(`${args[0]}/${args[1]}`.toLowerCase());
      default:
        throw new Error(`Nobody should call ${functionName}`);
    }
  }
}

function nonceKey([from, , , , , nonce]) {
  return `${from}/${nonce}`.toLowerCase();
}

serve(new StubChain());
