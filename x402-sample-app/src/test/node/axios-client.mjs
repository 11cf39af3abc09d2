import { wrapAxiosWithPayment, x402Client } from "@x402/axios";
import axios from "axios";
import { decodeReceipt, payingClient, readArguments, report } from "./purchase.mjs";

const { url, account, method, body } = readArguments();
// The body is passed on as it came, for comparisons to the byte.
const instance = axios.create({ transformResponse: [(data) => data] });
const payingAxios = wrapAxiosWithPayment(instance, payingClient(new x402Client(), account));

await report(async () => {
  const headers = body === undefined ? {} : { "Content-Type": "application/json" };
  const response = await payingAxios.request({ url, method, data: body, headers }).catch((error) => {
    if (error.response) {
      return error.response;
    }
    throw error;
  });
  return {
    status: response.status,
    body: response.data,
    paymentResponse: decodeReceipt(response.headers["payment-response"]),
  };
});
