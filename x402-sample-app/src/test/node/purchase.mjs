import { registerExactEvmScheme } from "@x402/evm/exact/client";
import { decodePaymentResponseHeader } from "@x402/core/http";
import { privateKeyToAccount } from "viem/accounts";

/** Reads `URL private-key [method] [body]` from the command line. */
export function readArguments() {
  const [url, privateKey, method = "GET", body] = process.argv.slice(2);
  if (!url || !privateKey) {
    console.error("arguments: URL private-key [method] [body]");
    process.exit(2);
  }
  return { url, account: privateKeyToAccount(privateKey), method, body };
}

const MAXIMUM_PER_PAYMENT = "100000";

/** Teaches a client to pay on Base Sepolia and nowhere else, with the token that ALLOWED_ASSET names if not with USDC. */
export function payingClient(client, account) {
  const { ALLOWED_ASSET } = process.env;
  // The core of @x402/axios is older: it limits no asset and has no such method.
  if (ALLOWED_ASSET && client.setSpendControls) {
    const allowed = { network: "eip155:84532", asset: ALLOWED_ASSET, maxAmountPerPayment: MAXIMUM_PER_PAYMENT };
    client.setSpendControls({ allowedAssets: [allowed] });
  }
  return registerExactEvmScheme(client, { signer: account, networks: ["eip155:84532"] });
}

export function decodeReceipt(header) {
  return header ? decodePaymentResponseHeader(header) : null;
}

/** Prints what came of the purchase as one line of JSON; a purchase that could not be tried has no status. */
export async function report(purchase) {
  try {
    console.log(JSON.stringify(await purchase()));
  } catch (error) {
    console.log(JSON.stringify({ status: null, body: null, paymentResponse: null, error: String(error.message) }));
    process.exitCode = 1;
  }
}
