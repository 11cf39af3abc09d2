import { wrapFetchWithPayment, x402Client } from "@x402/fetch";
import { decodeReceipt, payingClient, readArguments, report } from "./purchase.mjs";

const { url, account, method, body } = readArguments();
const payingFetch = wrapFetchWithPayment(fetch, payingClient(new x402Client(), account));

await report(async () => {
  const headers = body === undefined ? {} : { "Content-Type": "application/json" };
  const response = await payingFetch(url, { method, body, headers });
  return {
    status: response.status,
    body: await response.text(),
    paymentResponse: decodeReceipt(response.headers.get("PAYMENT-RESPONSE")),
  };
});
