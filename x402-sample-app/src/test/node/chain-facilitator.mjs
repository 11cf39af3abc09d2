import { toFacilitatorEvmSigner } from "@x402/evm";
import { createWalletClient, http, nonceManager, publicActions } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { baseSepolia } from "viem/chains";
import { serve } from "./facilitator-server.mjs";

const { RPC_URL, RELAYER_KEY } = process.env;
if (!RPC_URL || !RELAYER_KEY) {
  console.error("environment: RPC_URL RELAYER_KEY");
  process.exit(2);
}

const account = privateKeyToAccount(RELAYER_KEY, { nonceManager });
const client = createWalletClient({ account, chain: baseSepolia, transport: http(RPC_URL), pollingInterval: 25 });

serve(toFacilitatorEvmSigner({ ...client.extend(publicActions), address: account.address }));
