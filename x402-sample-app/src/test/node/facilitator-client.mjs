import { HTTPFacilitatorClient } from "@x402/core/server";
import { x402Client } from "@x402/core/client";
import { payingClient } from "./purchase.mjs";
import { privateKeyToAccount } from "viem/accounts";

/** The official facilitator client: asks for the kinds, then verifies and settles one payment twice, and one forged. */
const [url, credentials, privateKey] = process.argv.slice(2);
const headers = { Authorization: `Basic ${Buffer.from(credentials).toString("base64")}` };
const facilitator = new HTTPFacilitatorClient({
  url,
  createAuthHeaders: async () => ({ verify: headers, settle: headers, supported: headers }),
});

const requirements = {
  scheme: "exact",
  network: "eip155:84532",
  amount: "10000",
  asset: "0x036CbD53842c5426634e7929541eC2318f3dCF7e",
  payTo: "0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
  maxTimeoutSeconds: 300,
  extra: { name: "USDC", version: "2" },
};
const client = payingClient(new x402Client(), privateKeyToAccount(privateKey));
const payment = await client.createPaymentPayload({
  x402Version: 2,
  resource: { url: "http://localhost/quote", description: "", mimeType: "" },
  accepts: [requirements],
});
const forged = structuredClone(payment);
forged.payload.authorization.nonce = `0x${"11".repeat(32)}`;

console.log(
  JSON.stringify({
    supported: await facilitator.getSupported(),
    verified: await facilitator.verify(payment, requirements),
    settled: await facilitator.settle(payment, requirements),
    usedVerified: await facilitator.verify(payment, requirements),
    forgedVerified: await facilitator.verify(forged, requirements),
    forgedSettled: await facilitator.settle(forged, requirements),
    malformed: await facilitator.settle(payment, { ...requirements, amount: 1 }).catch((error) => ({
      name: error.constructor.name,
      status: error.statusCode,
      reason: error.errorReason,
    })),
    stranger: await new HTTPFacilitatorClient({ url }).verify(payment, requirements).catch((error) => error.message),
  }),
);
