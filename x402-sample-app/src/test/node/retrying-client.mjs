import { setTimeout as pause } from "node:timers/promises";
import { decodePaymentSignatureHeader } from "@x402/core/http";
import { wrapFetchWithPayment, x402Client } from "@x402/fetch";
import { decodeReceipt, payingClient, readArguments, report } from "./purchase.mjs";

// Buys for an application that does not give up. One call of the official client asks, signs on 402, and returns or throws
// whatever comes then; it retries nothing by itself. RETRY says who does: "application" calls it again, which signs anew;
// "transport" is below it, and sends what got no response or 503 once more as it is, before the application calls again.
const { url, account } = readArguments();
const transport = process.env.RETRY === "transport";
const BETWEEN_TRIES = 100;
const GIVE_UP = Date.now() + 100_000;
const payments = [];

async function sendOnce(request) {
  const header = request.headers.get("PAYMENT-SIGNATURE");
  const payment = { nonce: header && decodePaymentSignatureHeader(header).payload.authorization.nonce, status: null };
  if (header) {
    payments.push(payment);
  }
  const response = await fetch(request);
  payment.status = response.status;
  return response;
}

async function send(request) {
  for (;;) {
    const again = transport && request.headers.has("PAYMENT-SIGNATURE") && Date.now() < GIVE_UP;
    try {
      const response = await sendOnce(request.clone());
      if (!again || response.status !== 503) {
        return response;
      }
    } catch (error) {
      if (!again) {
        throw error;
      }
    }
    await pause(BETWEEN_TRIES);
  }
}

const payingFetch = wrapFetchWithPayment(send, payingClient(new x402Client(), account));

await report(async () => {
  while (Date.now() < GIVE_UP) {
    try {
      const response = await payingFetch(url);
      const body = await response.text();
      if (response.status === 200) {
        return { status: 200, body, paymentResponse: decodeReceipt(response.headers.get("PAYMENT-RESPONSE")), payments };
      }
    } catch {
      // The shop is down.
    }
    await pause(BETWEEN_TRIES);
  }
  return { status: null, body: null, paymentResponse: null, payments };
});
