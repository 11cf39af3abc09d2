import { createServer } from "node:http";
import { x402Facilitator } from "@x402/core/facilitator";
import { registerExactEvmScheme } from "@x402/evm/exact/facilitator";

const NETWORK = "eip155:84532";
const MAX_REQUEST_LENGTH = 64 * 1024;

/** Offers the official facilitator over HTTP on a free port, which the first line of output names. */
export function serve(signer) {
  const facilitator = registerExactEvmScheme(new x402Facilitator(), { signer, networks: NETWORK });
  const server = createServer(async (request, response) => {
    const [status, body] = await answer(facilitator, request).catch((error) => [500, { error: String(error.message) }]);
    response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
  });
  // Ends with the process that started it, even if that one was killed.
  process.stdin.resume().on("end", () => process.exit(0));
  server.listen(0, "127.0.0.1", () => console.log(`listening ${server.address().port}`));
}

async function readJson(request) {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) {
    text += chunk;
    if (text.length > MAX_REQUEST_LENGTH) {
      throw new Error("The request is too long");
    }
  }
  return JSON.parse(text);
}

async function answer(facilitator, request) {
  const route = `${request.method} ${request.url}`;
  if (route === "GET /supported") {
    return [200, facilitator.getSupported()];
  }
  if (route !== "POST /verify" && route !== "POST /settle") {
    return [404, { error: "Not found" }];
  }
  const { paymentPayload, paymentRequirements } = await readJson(request);
  if (!paymentPayload || !paymentRequirements) {
    return [400, { error: "Missing paymentPayload or paymentRequirements" }];
  }
  const operation = route === "POST /verify" ? "verify" : "settle";
  return [200, await facilitator[operation](paymentPayload, paymentRequirements)];
}
