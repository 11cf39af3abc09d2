package io.github.x402spring.facilitator.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.github.x402spring.codec.MalformedJsonException;
import io.github.x402spring.codec.WireJson;
import io.github.x402spring.facilitator.Facilitator;
import io.github.x402spring.facilitator.FacilitatorException;
import io.github.x402spring.protocol.Network;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ResourceInfo;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.protocol.TokenAmount;
import io.github.x402spring.protocol.VerifyResponse;

enum Operation {

    VERIFY("/verify", "{\"isValid\":true,\"payer\":\"" + Operation.PAYER + "\"}",
            "{\"isValid\":false,\"invalidReason\":\"invalid_exact_evm_signature\"}") {

        @Override
        VerifyResponse call(Facilitator facilitator) throws FacilitatorException {
            return facilitator.verify(payload(), requirements(), RESOURCE);
        }

    },

    SETTLE("/settle",
            "{\"success\":true,\"payer\":\"" + Operation.PAYER
                    + "\",\"transaction\":\"0xaa\",\"network\":\"eip155:84532\"}",
            "{\"success\":false,\"errorReason\":\"invalid_exact_evm_signature\",\"transaction\":\"\","
                    + "\"network\":\"eip155:84532\"}") {

        @Override
        SettleResponse call(Facilitator facilitator) throws FacilitatorException {
            return facilitator.settle(payload(), requirements(), RESOURCE);
        }

    };

    static final String PAYER = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";

    static final ResourceInfo RESOURCE = new ResourceInfo("http://127.0.0.1:4802/ok", "d", "application/json");

    private final String path;

    private final String accepting;

    private final String refusing;

    Operation(String path, String accepting, String refusing) {
        this.path = path;
        this.accepting = accepting;
        this.refusing = refusing;
    }

    String path() {
        return this.path;
    }

    String accepting() {
        return this.accepting;
    }

    String refusing() {
        return this.refusing;
    }

    abstract Object call(Facilitator facilitator) throws FacilitatorException;

    static JsonNode recorded(Operation operation) {
        String file = "/vectors/express-2.27.0-http-behaviour.json";
        try (InputStream in = Objects.requireNonNull(Operation.class.getResourceAsStream(file))) {
            return JsonMapper.shared()
                .readTree(in)
                .at("/facilitatorRequestsSample" + operation.path())
                .required("body");
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    static PaymentPayload payload() {
        return payload(2, recorded(VERIFY).get("paymentPayload").toString());
    }

    static PaymentPayload payload(int version, String json) {
        try {
            byte[] utf8 = json.getBytes(StandardCharsets.UTF_8);
            return new PaymentPayload(version, new WireJson(65536).readObject(utf8));
        }
        catch (MalformedJsonException ex) {
            throw new IllegalArgumentException(ex);
        }
    }

    static PaymentRequirements requirements() {
        Map<String, Object> extra = new LinkedHashMap<>();
        extra.put("name", "USDC");
        extra.put("version", "2");
        return new PaymentRequirements("exact", Network.tryParse("eip155:84532").orElseThrow(),
                TokenAmount.tryParse("10000").orElseThrow(), "0x036CbD53842c5426634e7929541eC2318f3dCF7e",
                "0x70997970C51812dc3A010C7d01b50e0d17dc79C8", 300, extra);
    }

}
