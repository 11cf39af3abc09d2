package io.github.x402spring.e2e;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.protocol.VerifyResponse;
import io.github.x402spring.test.PaymentDraft;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the server to one grant a payment although its facilitator agrees to everything.
 */
class SingleGrantTests {

    private static final int PARALLEL = 50;

    private static final String JSON = "Content-Type: application/json";

    private static final String FORM = "Content-Type: application/x-www-form-urlencoded";

    private static final String MULTIPART = "Content-Type: multipart/form-data; boundary=edge";

    private static PaidApp app;

    @BeforeAll
    static void start() {
        app = PaidApp.start(List.of(Shop.class, PermissiveFacilitatorConfiguration.class));
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @BeforeEach
    void reset() {
        app.reset();
    }

    @RepeatedTest(3)
    void payWhenFiftyTimesAtOnceThenGrantsOnce() throws Exception {
        String payment = PaidApp.signature(app.pay("/a"));
        List<Answer> answers = Together.run(Collections.nCopies(PARALLEL, () -> app.http().get("/a", payment)));
        assertOneGrant(answers, "a");
    }

    @Test
    void payWhenFiftyTimesDuringVerificationThenGrantsOnce() throws Exception {
        String payment = PaidApp.signature(app.pay("/a"));
        CountDownLatch verifying = new CountDownLatch(1);
        CountDownLatch verified = new CountDownLatch(1);
        app.facilitator().onVerify((call) -> {
            verifying.countDown();
            awaitQuietly(verified);
            return VerifyResponse.valid(null);
        });
        Future<Answer> first = Together.start(() -> app.http().get("/a", payment));
        verifying.await();
        List<Answer> answers = new ArrayList<>(
                Together.run(Collections.nCopies(PARALLEL - 1, () -> app.http().get("/a", payment))));
        assertThat(answers).extracting(Answer::reason).containsOnly("payment_in_flight");
        verified.countDown();
        answers.add(first.get());
        assertOneGrant(answers, "a");
    }

    @Test
    void payWhenOnTwoResourcesAtOnceThenGrantsOnceInTotal() throws Exception {
        PaymentDraft payment = app.pay("/a");
        String forA = PaidApp.signature(payment);
        String forB = PaidApp.signature(payment.accepted(app.terms("/b").toMap()));
        List<Callable<Answer>> requests = new ArrayList<>();
        for (int i = 0; i < PARALLEL / 2; i++) {
            requests.add(() -> app.http().get("/a", forA));
            requests.add(() -> app.http().get("/b", forB));
        }
        List<Answer> answers = Together.run(requests);
        assertThat(answers).filteredOn((answer) -> answer.status() == 200).hasSize(1);
        assertThat(answers).filteredOn((answer) -> answer.status() == 409).hasSize(PARALLEL - 1);
        assertThat(app.deliveries().runs()).hasSize(1);
        assertThat(app.facilitator().settlements()).hasSize(1);
    }

    @Test
    void payWhenGrantedThenIsUsedForTheSameRequest() {
        String payment = PaidApp.signature(app.pay("/a"));
        assertGranted(app.http().get("/a", payment), "a");
        assertConflict(app.http().get("/a", payment), "payment_already_used");
        assertGrantedOnce();
    }

    @Test
    void payWhenGrantedForAThenNotForBUnderTermsOfB() {
        PaymentDraft payment = app.pay("/a");
        assertGranted(app.http().get("/a", PaidApp.signature(payment)), "a");
        payment.accepted(app.terms("/b").toMap());
        assertConflict(app.http().get("/b", PaidApp.signature(payment)), "request_mismatch");
        assertGrantedOnce();
    }

    @Test
    void payWhenGrantedForAThenNotForBUnderTermsOfA() {
        String payment = PaidApp.signature(app.pay("/a"));
        assertGranted(app.http().get("/a", payment), "a");
        assertConflict(app.http().get("/b", payment), "request_mismatch");
        assertGrantedOnce();
    }

    @Test
    void payWhenPresentedForBFirstUnderTermsOfAThenStillGoodForA() {
        String payment = PaidApp.signature(app.pay("/a"));
        assertMismatch(app.http().get("/b", payment));
        assertThat(app.facilitator().verifications()).isEmpty();
        assertThat(app.deliveries().runs()).isEmpty();
        assertGranted(app.http().get("/a", payment), "a");
        assertGrantedOnce();
    }

    @Test
    void payWhenGrantedForAnItemThenNotForAnother() {
        PaymentDraft payment = app.pay("/items/1");
        assertGranted(app.http().get("/items/1", PaidApp.signature(payment)), "item 1");
        assertConflict(app.http().get("/items/2", PaidApp.signature(payment)), "request_mismatch");
        payment.accepted(app.terms("/items/2").toMap());
        assertConflict(app.http().get("/items/2", PaidApp.signature(payment)), "request_mismatch");
        assertGrantedOnce();
    }

    @Test
    void payWhenGrantedThenNotForAnotherQuery() {
        String payment = PaidApp.signature(app.pay("/a"));
        assertGranted(app.http().get("/a?days=1", payment), "a");
        assertConflict(app.http().get("/a?days=5", payment), "request_mismatch");
        assertConflict(app.http().get("/a", payment), "request_mismatch");
        assertGrantedOnce();
    }

    @Test
    void payWhenGrantedThenNotForAnotherMethod() {
        String payment = PaidApp.signature(app.pay("/a"));
        assertGranted(app.http().get("/a", payment), "a");
        assertConflict(app.http().send("POST", "/a", "", payment), "request_mismatch");
        assertGrantedOnce();
    }

    @Test
    void payWhenGrantedThenNotForAnotherJsonBody() {
        String payment = PaidApp.signature(app.pay("POST", "/json"));
        assertGranted(app.http().send("POST", "/json", "{\"n\":1}", JSON, payment), "json {\"n\":1}");
        assertConflict(app.http().send("POST", "/json", "{\"n\":2}", JSON, payment), "request_mismatch");
        assertConflict(app.http().send("POST", "/json", "", JSON, payment), "request_mismatch");
        assertGrantedOnce();
    }

    @Test
    void payWhenGrantedThenNotForAnotherForm() {
        String payment = PaidApp.signature(app.pay("POST", "/form"));
        assertGranted(app.http().send("POST", "/form", "name=ada", FORM, payment), "form ada");
        assertConflict(app.http().send("POST", "/form", "name=bob", FORM, payment), "request_mismatch");
        assertConflict(app.http().send("POST", "/form", "name=ada&name=bob", FORM, payment), "request_mismatch");
        assertGrantedOnce();
    }

    @Test
    void payWhenGrantedThenNotForAnotherUpload() {
        String payment = PaidApp.signature(app.pay("POST", "/upload"));
        assertGranted(app.http().send("POST", "/upload", upload("12345"), MULTIPART, payment), "upload 5");
        assertConflict(app.http().send("POST", "/upload", upload("54321"), MULTIPART, payment), "request_mismatch");
        assertGrantedOnce();
    }

    @Test
    void payWhenHandlerReadsABoundBodyThenItIsComplete() {
        String body = "x".repeat(200_000);
        Answer answer = app.http()
            .send("POST", "/json", body, "Content-Type: text/plain", PaidApp.signature(app.pay("POST", "/json")));
        assertThat(answer.text()).isEqualTo("delivered json " + body);
    }

    private static String upload(String content) {
        return "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f.txt\"\r\n"
                + "Content-Type: text/plain\r\n\r\n" + content + "\r\n--edge--\r\n";
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        }
        catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }

    private static void assertOneGrant(List<Answer> answers, String handler) {
        assertThat(answers).hasSize(PARALLEL);
        assertThat(answers).filteredOn((answer) -> answer.status() == 200)
            .singleElement()
            .satisfies((answer) -> assertGranted(answer, handler));
        assertThat(answers).filteredOn((answer) -> answer.status() != 200)
            .allSatisfy((answer) -> assertConflict(answer, answer.reason()))
            .extracting(Answer::reason)
            .containsAnyOf("payment_in_flight", "payment_already_used")
            .isSubsetOf("payment_in_flight", "payment_already_used");
        assertGrantedOnce();
    }

    private static void assertGranted(Answer answer, String handler) {
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("delivered " + handler);
        assertThat(answer.all("PAYMENT-RESPONSE")).hasSize(1);
    }

    private static void assertGrantedOnce() {
        assertThat(app.deliveries().runs()).hasSize(1);
        assertThat(app.facilitator().verifications()).hasSize(1);
        assertThat(app.facilitator().settlements()).hasSize(1);
    }

    private static void assertConflict(Answer answer, String reason) {
        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.reason()).isEqualTo(reason);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.json().path("decision").asString()).isEqualTo("deny");
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        assertThat(answer.all("PAYMENT-REQUIRED")).isEmpty();
        assertThat(answer.all("PAYMENT-RESPONSE")).isEmpty();
    }

    private static void assertMismatch(Answer answer) {
        assertThat(answer.reason()).isEqualTo("requirement_mismatch");
        assertThat(PaidApp.challenge(answer).accepts()).hasSize(1);
    }

}
