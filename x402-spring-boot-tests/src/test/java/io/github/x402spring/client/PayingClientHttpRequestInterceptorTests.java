package io.github.x402spring.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.web.client.RestTemplate;
import org.web3j.crypto.Credentials;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.github.x402spring.client.PayingClient.Answer;
import io.github.x402spring.client.PaymentPolicyTests.Policies;
import io.github.x402spring.client.PaymentRefusedException.Reason;
import io.github.x402spring.codec.PaymentHeaderCodec;
import io.github.x402spring.protocol.PaymentPayload;
import io.github.x402spring.protocol.PaymentRequired;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.SettleResponse;
import io.github.x402spring.scheme.Screening;
import io.github.x402spring.scheme.exact.evm.ExactEvmScheme;
import io.github.x402spring.scheme.exact.evm.SignatureRecovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

@Tag("locale")
class PayingClientHttpRequestInterceptorTests {

    private static final String PAID = "eyJzdWNjZXNzIjp0cnVlLCJwYXllciI6IjB4MSIsInRyYW5zYWN0aW9uIjoiMHhhYSIs"
            + "Im5ldHdvcmsiOiJlaXAxNTU6ODQ1MzIifQ==";

    private final ScriptedServer server = new ScriptedServer();

    private final PayingClient client = new PayingClient(this.server);

    private final String url = this.server.origin() + "/report?city=Bern";

    @AfterEach
    void stopServer() {
        this.server.close();
    }

    @Test
    void interceptWhenTermsAllowedThenPaysOnceAndReturnsPaidAnswer() {
        this.server.then(ScriptedServer.terms(Terms.of(Terms.usdc(2500))))
            .then(ScriptedServer.status(200, "PAYMENT-RESPONSE", PAID));
        Answer answer = this.client.get(this.url);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(PaymentReceipt.from(answer.headers())).map(SettleResponse::transaction).contains("0xaa");
        assertThat(this.server.received()).hasSize(2);
        assertThat(this.server.payments()).hasSize(1);
    }

    @Test
    void interceptWhenPaidThenServerSideChecksPass() {
        PaymentRequirements requirements = Terms.usdc(2500);
        this.server.then(ScriptedServer.terms(Terms.of(requirements))).then(ScriptedServer.status(200));
        this.client.get(this.url);
        PaymentPayload payload = PayingClient.decode(this.server.payments().get(0));
        assertThat(requirements.matches(payload.accepted())).isTrue();
        assertThat(new ExactEvmScheme(SignatureRecovery.web3j(), false).screen(payload, requirements, PayingClient.NOW))
            .isInstanceOfSatisfying(Screening.Passed.class, (passed) -> assertThat(passed.authorization().payer())
                .isEqualToIgnoringCase(PayingClient.SIGNER.address()));
    }

    @Test
    void interceptWhenIdentifiersAreDeclaredThenEachPurchaseHasItsOwnAndKeepsIt() {
        PaymentRequired plain = Terms.of(Terms.usdc(2500));
        PaymentRequired terms = new PaymentRequired(plain.error(), plain.resource(), plain.accepts(),
                Map.of("payment-identifier",
                        Map.of("info", Map.of("required", true), "schema", Map.of("type", "object")), "other",
                        Map.of("info", Map.of("a", "b"))));
        this.server.then(ScriptedServer.terms(terms))
            .then(ScriptedServer.status(503))
            .then(ScriptedServer.status(200))
            .then(ScriptedServer.terms(terms))
            .then(ScriptedServer.status(200))
            .then(ScriptedServer.terms(plain))
            .then(ScriptedServer.status(200));
        this.client.get(this.url);
        this.client.get(this.url);
        this.client.get(this.url);
        List<Object> extensions = this.server.payments()
            .stream()
            .map((payment) -> PayingClient.decode(payment).tree().get("extensions"))
            .toList();
        assertThat(extensions).hasSize(4);
        assertThat(extensions.get(0)).isEqualTo(extensions.get(1))
            .isNotEqualTo(extensions.get(2))
            .asString()
            .containsPattern("id=pay_[0-9a-f]{32}")
            .contains("required=true", "schema={type=object}", "other={info={a=b}}");
        assertThat(extensions.get(3)).isNull();
    }

    @Test
    void interceptWhenTermsOfOfficialServerThenSendsHeaderOfOfficialClient() {
        JsonNode vectors = vectors().get("encode");
        String key = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
        PayingClient official = new PayingClient(Policies.cents(this.server.origin()),
                new CredentialsPaymentSigner(Credentials.create(key)),
                (builder) -> builder.random(PayingClient.constant(0x11)));
        this.server.then(ScriptedServer.status(402, "PAYMENT-REQUIRED", vectors.get(0).get("encoded").asString()))
            .then(ScriptedServer.status(200));
        official.get(this.url);
        assertThat(this.server.payments()).containsExactly(vectors.get(1).get("encoded").asString());
    }

    @Test
    void interceptWhenTermsHaveUnknownMembersThenRepeatsThemInOrder() {
        String resource = "\"resource\":{\"url\":\"https://a.test/\",\"serviceName\":\"Shop\",\"tags\":[\"x\",1.50]}";
        String extensions = "\"extensions\":{\"bazaar\":{\"info\":{\"b\":null,\"a\":1}}}";
        String entry = "{\"zeta\":true,\"scheme\":\"exact\",\"network\":\"eip155:84532\",\"amount\":\"1\",\"asset\":\""
                + Terms.USDC + "\",\"payTo\":\"" + Terms.PAY_TO + "\",\"maxTimeoutSeconds\":60.0,"
                + "\"extra\":{\"version\":\"2\",\"name\":\"USDC\",\"note\":null}}";
        this.server
            .then(ScriptedServer.status(402, "PAYMENT-REQUIRED",
                    base64("{\"x402Version\":2," + resource + ",\"accepts\":[" + entry + "]," + extensions + "}")))
            .then(ScriptedServer.status(200));
        this.client.get(this.url);
        String json = new String(Base64.getDecoder().decode(this.server.payments().get(0)), StandardCharsets.UTF_8);
        assertThat(json).startsWith("{\"x402Version\":2,\"payload\":{\"authorization\":{\"from\":\"0x")
            .endsWith("}," + extensions + "," + resource + ",\"accepted\":" + entry + "}");
    }

    @ParameterizedTest
    @ValueSource(strings = { "authorization", "upfront" })
    void interceptWhenFlowKnownThenPays(String flow) {
        this.server.then(ScriptedServer.terms(Terms.of(Terms.usdcWithExtra("paymentFlow", flow))))
            .then(ScriptedServer.status(200));
        assertThat(this.client.get(this.url).status()).isEqualTo(200);
    }

    @Test
    void interceptWhenServerAsksForLongValidityThenCapsIt() {
        this.server.then(ScriptedServer.terms(Terms.of(Terms.usdcWithin(Long.MAX_VALUE))))
            .then(ScriptedServer.status(200));
        PayingClient capped = new PayingClient(Policies.cents(this.server.origin()), PayingClient.SIGNER,
                (builder) -> builder.longestValidity(Duration.ofSeconds(90)));
        capped.get(this.url);
        assertThat(PayingClient.authorization(this.server.payments().get(0))).containsEntry("validAfter", "0")
            .containsEntry("validBefore", Long.toString(PayingClient.NOW.getEpochSecond() + 90));
    }

    @Test
    void interceptWhenFirstOffersNotAllowedThenTakesFirstAllowed() {
        this.server.then(ScriptedServer
            .terms(Terms.of(Terms.usdc(10_001), Terms.requirements("upto", "eip155:84532", Terms.USDC, 1, Terms.PAY_TO),
                    Terms.requirements("exact", "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp", "mint", 1, "owner"),
                    Terms.usdc(9_000), Terms.usdc(8_000))))
            .then(ScriptedServer.status(200));
        this.client.get(this.url);
        assertThat(PayingClient.authorization(this.server.payments().get(0))).containsEntry("value", "9000");
    }

    static Stream<Arguments> refused() {
        return Stream.of(Arguments.of(Terms.usdc(10_001), Reason.AMOUNT),
                Arguments.of(Terms.requirements("exact", "eip155:8453", Terms.USDC, 1, Terms.PAY_TO), Reason.NETWORK),
                Arguments.of(Terms.requirements("exact", "eip155:84532", Terms.PAY_TO, 1, Terms.PAY_TO), Reason.ASSET),
                Arguments.of(Terms.usdcWithExtra("name", "USD Coin"), Reason.EIP712_DOMAIN),
                Arguments.of(Terms.requirements("upto", "eip155:84532", Terms.USDC, 1, Terms.PAY_TO),
                        Reason.UNSUPPORTED),
                Arguments.of(Terms.requirements("exact", "eip155:84532", Terms.USDC, 1, "0x70997970"),
                        Reason.UNSUPPORTED),
                Arguments.of(Terms.usdcWithExtra("assetTransferMethod", "permit2"), Reason.UNSUPPORTED),
                Arguments.of(Terms.usdcWithExtra("assetTransferMethod", 1), Reason.UNSUPPORTED),
                Arguments.of(Terms.usdcWithExtra("paymentFlow", "escrow"), Reason.UNSUPPORTED));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void interceptWhenTermsNotAllowedThenThrowsAndSignsNothing(PaymentRequirements requirements, Reason reason) {
        this.server.then(ScriptedServer.terms(Terms.of(requirements)));
        PayingClient careful = new PayingClient(Policies.cents(this.server.origin()), new UnusableSigner(),
                (builder) -> {
                });
        assertThatExceptionOfType(PaymentRefusedException.class).isThrownBy(() -> careful.get(this.url))
            .satisfies((ex) -> assertThat(ex.reasons()).containsExactly(reason));
        assertThat(this.server.received()).hasSize(1);
    }

    @Test
    void interceptWhenSeveralOffersNotAllowedThenMessageNamesReasons() {
        this.server.then(ScriptedServer
            .terms(Terms.of(Terms.usdc(10_001), Terms.requirements("exact", "eip155:1", Terms.USDC, 1, Terms.PAY_TO))));
        assertThatExceptionOfType(PaymentRefusedException.class).isThrownBy(() -> this.client.get(this.url))
            .withMessage("Nothing was paid to " + this.server.origin()
                    + ": the amount of 0.010001 USDC is more than the limit of 0.01 USDC;"
                    + " the network eip155:1 is not allowed")
            .satisfies((ex) -> assertThat(ex.reasons()).containsExactly(Reason.AMOUNT, Reason.NETWORK));
    }

    static Stream<Arguments> oddEntries() {
        String good = new JsonMapper().writeValueAsString(Terms.usdc(2500).toMap());
        return Stream
            .of("null", "7", "[]", "\"exact\"", "{}", good.replace("\"amount\":\"2500\",", ""),
                    good.replace("\"exact\"", "\"upto\"").replace("\"amount\":\"2500\",", ""),
                    good.replace("eip155:84532", "base-sepolia"), good.replace("\"2500\"", "2500"),
                    good.replace("\"2500\"", "\"1e3\""), good.replace("\"2500\"", "null"),
                    good.replace("\"2500\"", "\"-1\""), good.replaceAll("\"extra\":\\{[^}]*}", "\"extra\":[]"),
                    good.replaceAll("\"extra\":\\{[^}]*}", "\"extra\":\"USDC\""), good.replace(":300", ":0"),
                    good.replace(":300", ":\"300\""), good.replace(":300", ":1.5"),
                    good.replace("\"" + Terms.PAY_TO + "\"", "[]"), good.replace("\"" + Terms.USDC + "\"", "{}"),
                    good.replace("\"eip155:84532\"", "84532"), good.replace("\"scheme\":\"exact\",", ""))
            .map((odd) -> Arguments.of(odd, good));
    }

    @ParameterizedTest
    @MethodSource("oddEntries")
    void interceptWhenAnEntryCannotBeReadThenAnotherIsPaid(String odd, String good) {
        assertThat(odd).isNotEqualTo(good);
        for (String accepts : List.of(odd + "," + good, good + "," + odd, odd + "," + good + "," + odd)) {
            this.server.then(offers(accepts)).then(ScriptedServer.status(200));
            assertThat(this.client.get(this.url).status()).isEqualTo(200);
        }
        assertThat(this.server.payments()).hasSize(3)
            .allSatisfy((payment) -> assertThat(PayingClient.authorization(payment)).containsEntry("value", "2500"));
    }

    @ParameterizedTest
    @MethodSource("oddEntries")
    void interceptWhenNoEntryCanBeReadThenRefusalSaysWhyForEach(String odd, String good) {
        this.server.then(offers(odd + "," + odd));
        assertThatExceptionOfType(PaymentRefusedException.class).isThrownBy(() -> this.client.get(this.url))
            .withMessageContaining("the entry is not readable (")
            .satisfies((ex) -> assertThat(ex.reasons()).containsExactly(Reason.UNREADABLE, Reason.UNREADABLE));
        assertThat(this.server.payments()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = { "\"error\":7", "\"error\":[]", "\"resource\":7", "\"resource\":{}",
            "\"resource\":{\"url\":\"\"}", "\"resource\":{\"url\":\"a\",\"description\":7,\"mimeType\":[]}",
            "\"extensions\":7", "\"extensions\":[]", "\"extensions\":{\"a\":null,\"b\":7}", "\"more\":{}" })
    void interceptWhenAnotherMemberIsOddThenPaid(String member) {
        String good = new JsonMapper().writeValueAsString(Terms.usdc(2500).toMap());
        this.server
            .then(ScriptedServer.status(402, "PAYMENT-REQUIRED",
                    base64("{\"x402Version\":2," + member + ",\"accepts\":[" + good + "]}")))
            .then(ScriptedServer.status(200));
        assertThat(this.client.get(this.url).status()).isEqualTo(200);
    }

    private static ScriptedServer.Answer offers(String accepts) {
        return ScriptedServer.status(402, "PAYMENT-REQUIRED",
                base64("{\"x402Version\":2,\"resource\":{\"url\":\"https://api.example.test/r\"},\"accepts\":["
                        + accepts + "]}"));
    }

    @Test
    void interceptWhenOriginNotAllowedThenThrows() {
        this.server.then(ScriptedServer.terms(Terms.of(Terms.usdc(1))));
        PayingClient elsewhere = new PayingClient(Policies.cents("http://localhost:1"), new UnusableSigner(),
                (builder) -> {
                });
        assertThatExceptionOfType(PaymentRefusedException.class).isThrownBy(() -> elsewhere.get(this.url))
            .satisfies((ex) -> assertThat(ex.reasons()).containsExactly(Reason.ORIGIN));
        assertThat(this.server.received()).hasSize(1);
    }

    @Test
    void interceptWhenResourceOriginComparedThenOtherResourceIsRefused() {
        PayingClient strict = new PayingClient(
                Policies.centsBuilder(this.server.origin()).compareResourceOrigin().build(), PayingClient.SIGNER,
                (builder) -> {
                });
        this.server.then(ScriptedServer.terms(Terms.of(Terms.usdc(1))))
            .then(ScriptedServer.terms(Terms.resource(this.url, Terms.usdc(1))))
            .then(ScriptedServer.status(200));
        assertThatExceptionOfType(PaymentRefusedException.class).isThrownBy(() -> strict.get(this.url))
            .satisfies((ex) -> assertThat(ex.reasons()).containsExactly(Reason.RESOURCE_ORIGIN));
        assertThat(strict.get(this.url).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(ints = { 200, 401, 412, 503 })
    void interceptWhenAnswerIsNot402ThenReturnsIt(int status) {
        this.server.then(ScriptedServer.status(status, "PAYMENT-REQUIRED", header(Terms.of(Terms.usdc(1)))));
        assertThat(this.client.get(this.url).status()).isEqualTo(status);
        assertThat(this.server.received()).hasSize(1);
    }

    static Stream<List<String>> unreadable() {
        String good = header(Terms.of(Terms.usdc(1)));
        String long64K = header(
                Terms.resource("https://a.test/" + "a".repeat(PaymentTerms.MAX_HEADER_LENGTH), Terms.usdc(1)));
        return Stream.of(List.of(), List.of("PAYMENT-REQUIRED", "not base64!"),
                List.of("PAYMENT-REQUIRED", base64("{\"x402Version\":2}")), List.of("PAYMENT-REQUIRED", base64("[]")),
                List.of("PAYMENT-REQUIRED", header(Terms.of())), List.of("PAYMENT-REQUIRED", good.substring(8)),
                List.of("PAYMENT-REQUIRED", good, "PAYMENT-REQUIRED", good), List.of("PAYMENT-REQUIRED", long64K),
                List.of("PAYMENT-RESPONSE", PAID));
    }

    @ParameterizedTest
    @MethodSource("unreadable")
    void interceptWhenTermsNotReadableThenReturns402(List<String> headers) {
        this.server.then(ScriptedServer.status(402, headers.toArray(String[]::new)));
        assertThat(this.client.get(this.url).status()).isEqualTo(402);
        assertThat(this.server.received()).hasSize(1);
    }

    @Test
    void interceptWhenHeadThenReturns402() {
        this.server.then(ScriptedServer.terms(Terms.of(Terms.usdc(1))));
        assertThat(this.client.head(this.url).status()).isEqualTo(402);
        assertThat(this.server.received()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = { "PAYMENT-SIGNATURE", "payment-signature", "X-PAYMENT" })
    void interceptWhenRequestCarriesPaymentThenPassesItOn(String name) {
        this.server.then(ScriptedServer.terms(Terms.of(Terms.usdc(1))));
        assertThat(this.client.getWithHeader(this.url, name, "bXkgb3du").status()).isEqualTo(402);
        assertThat(this.server.received()).hasSize(1);
    }

    @Test
    void interceptWhenPostThenBodyIsRepeatedByteForByte() {
        byte[] body = new byte[100_000];
        new Random(402).nextBytes(body);
        this.server.then(ScriptedServer.terms(Terms.of(Terms.usdc(1))))
            .then(ScriptedServer.status(503))
            .then(ScriptedServer.status(200));
        assertThat(this.client.post(this.url, body).status()).isEqualTo(200);
        assertThat(this.server.received()).hasSize(3).allSatisfy((request) -> {
            assertThat(request.method()).isEqualTo("POST");
            assertThat(request.uri()).hasToString("/report?city=Bern");
            assertThat(request.body()).isEqualTo(body);
        });
    }

    @Test
    void interceptWhenCalledConcurrentlyThenEachPaymentHasItsOwnNonce() throws Exception {
        this.server.always((request) -> request.payment().isEmpty() ? ScriptedServer.terms(Terms.of(Terms.usdc(1)))
                : ScriptedServer.status(200));
        List<Callable<Answer>> calls = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            calls.add(() -> this.client.get(this.url));
        }
        try (ExecutorService executor = Executors.newFixedThreadPool(4)) {
            for (Future<Answer> answer : executor.invokeAll(calls)) {
                assertThat(answer.get().status()).isEqualTo(200);
            }
        }
        assertThat(this.server.payments().stream().map((header) -> PayingClient.authorization(header).get("nonce")))
            .hasSize(8)
            .doesNotHaveDuplicates();
    }

    @Test
    void interceptWhenPaidAnswerRedirectsThenDoesNotFollow() {
        try (ScriptedServer other = new ScriptedServer()) {
            this.server.then(ScriptedServer.terms(Terms.of(Terms.usdc(1))))
                .then(ScriptedServer.status(307, "Location", other.origin() + "/report"));
            assertThat(this.client.get(this.url).status()).isEqualTo(307);
            assertThat(this.server.payments()).hasSize(1);
            assertThat(other.received()).isEmpty();
        }
    }

    @Test
    void interceptWhenPaidThenRequestOfCallerDoesNotShowPayment() {
        AtomicReference<HttpHeaders> sent = new AtomicReference<>();
        this.server.then(ScriptedServer.terms(Terms.of(Terms.usdc(1)))).then(ScriptedServer.status(200));
        ClientHttpRequestInterceptor watching = (request, body, execution) -> {
            ClientHttpResponse response = execution.execute(request, body);
            sent.set(request.getHeaders());
            return response;
        };
        RestTemplate template = new RestTemplate();
        template.setInterceptors(List.of(watching,
                PayingClientHttpRequestInterceptor.builder(PayingClient.SIGNER, Policies.cents(this.server.origin()))
                    .build()));
        template.getForEntity(this.url, String.class);
        assertThat(this.server.payments()).hasSize(1);
        assertThat(Objects.requireNonNull(sent.get()).containsHeader("PAYMENT-SIGNATURE")).isFalse();
    }

    @Test
    void interceptWhenSignerFailsThenNothingIsSent() {
        this.server.then(ScriptedServer.terms(Terms.of(Terms.usdc(1))));
        PayingClient broken = new PayingClient(Policies.cents(this.server.origin()), new UnusableSigner(),
                (builder) -> {
                });
        assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> broken.get(this.url))
            .withMessage("The device is locked");
        assertThat(this.server.received()).hasSize(1);
    }

    @Test
    void toStringWhenPrintedThenNothingSecretIsShown() {
        this.server.always((request) -> request.payment().isEmpty() ? ScriptedServer.terms(Terms.of(Terms.usdc(1)))
                : ScriptedServer.lost());
        PaymentOutcomeUnknownException ex = catchThrowableOfType(PaymentOutcomeUnknownException.class,
                () -> this.client.get(this.url));
        String header = this.server.payments().get(0);
        Map<String, Object> payload = PayingClient.decode(header).payload();
        List<String> secrets = List.of(header, String.valueOf(payload.get("signature")),
                String.valueOf(PayingClient.authorization(header).get("nonce")), PayingClient.KEY.toString(16),
                PayingClient.KEY.toString());
        StringBuilder shown = new StringBuilder().append(ex.payment()).append(PayingClient.SIGNER);
        for (Throwable cause : causes(ex)) {
            shown.append(cause);
        }
        assertThat(shown.toString()).contains("PreparedPayment[…]", PayingClient.SIGNER.address())
            .doesNotContain(secrets);
    }

    private static List<Throwable> causes(Throwable throwable) {
        List<Throwable> causes = new ArrayList<>();
        for (Throwable cause = throwable; cause != null; cause = cause.getCause()) {
            causes.add(cause);
        }
        return causes;
    }

    private static JsonNode vectors() {
        try (InputStream vectors = Objects.requireNonNull(
                PayingClientHttpRequestInterceptorTests.class.getResourceAsStream("/vectors/headers.json"))) {
            return JsonMapper.shared().readTree(vectors);
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    private static String header(PaymentRequired required) {
        return new PaymentHeaderCodec(1024 * 1024).encode(required.toMap());
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    static final class UnusableSigner implements PaymentSigner {

        @Override
        public String address() {
            return PayingClient.SIGNER.address();
        }

        @Override
        public byte[] sign(byte[] digest) {
            throw new IllegalStateException("The device is locked");
        }

    }

}
