package io.github.x402spring.e2e;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

import io.github.x402spring.e2e.RawHttp.Answer;
import io.github.x402spring.test.PaymentDraft;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Writes one authorization down in many ways.
 */
@Tag("locale")
class ReencodedPaymentTests {

    private static final JsonMapper PRETTY = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private static PaidApp app;

    @BeforeAll
    static void start() {
        app = PaidApp.start(List.of(Shop.class, PermissiveFacilitatorConfiguration.class), "x402.web.v1=true");
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @BeforeEach
    void reset() {
        app.reset();
    }

    @ParameterizedTest
    @EnumSource
    void payWhenReencodedAfterAGrantThenGrantsNoMore(Reencoding reencoding) {
        PaymentDraft payment = app.pay("/a");
        String other = reencoding.header(payment);
        assertThat(app.http().get("/a", PaidApp.signature(payment)).status()).isEqualTo(200);
        assertThat(app.http().get("/a", other).status()).isIn(400, 402, 409);
        assertThat(app.http().get("/b", other).status()).isIn(400, 402, 409);
        assertGrantedOnce();
    }

    @ParameterizedTest
    @EnumSource
    void payWhenReencodedBeforeThenGrantsOnce(Reencoding reencoding) {
        PaymentDraft payment = app.pay("/a");
        Answer first = app.http().get("/a", reencoding.header(payment));
        Answer second = app.http().get("/a", PaidApp.signature(payment));
        assertThat(first.status()).isEqualTo(reencoding.readable ? 200 : reencoding.refusal);
        assertThat(second.status()).isEqualTo(reencoding.readable ? 409 : 200);
        assertGrantedOnce();
    }

    @Test
    void payWhenEveryEncodingIsPresentedAtOnceThenGrantsOnce() throws Exception {
        PaymentDraft payment = app.pay("/a");
        List<Callable<Answer>> requests = new ArrayList<>();
        for (Reencoding reencoding : Reencoding.values()) {
            String header = reencoding.header(payment);
            requests.add(() -> app.http().get("/a", header));
            requests.add(() -> app.http().get("/a", header));
        }
        List<Answer> answers = Together.run(requests);
        assertThat(answers).filteredOn((answer) -> answer.status() == 200).hasSize(1);
        assertGrantedOnce();
    }

    private static void assertGrantedOnce() {
        assertThat(app.deliveries().runs()).hasSize(1);
        assertThat(app.facilitator().settlements()).hasSize(1);
    }

    enum Reencoding {

        KEY_ORDER(200) {
            @Override
            String header(PaymentDraft payment) {
                return encoded(PRETTY.writeValueAsBytes(reversed(payment.tree())));
            }
        },

        WHITE_SPACE(200) {
            @Override
            String header(PaymentDraft payment) {
                return encoded(("\n\t " + PRETTY.writeValueAsString(payment.tree()) + " \r\n")
                    .getBytes(StandardCharsets.UTF_8));
            }
        },

        LOWER_CASE_FROM(200) {
            @Override
            String header(PaymentDraft payment) {
                return tampered(payment, "from", PaidApp.WALLET.address().toLowerCase(Locale.ROOT));
            }
        },

        LOWER_CASE_TO(200) {
            @Override
            String header(PaymentDraft payment) {
                return tampered(payment, "to", PaidApp.PAY_TO.toLowerCase(Locale.ROOT));
            }
        },

        UPPER_CASE_NONCE(200) {
            @Override
            String header(PaymentDraft payment) {
                return tampered(payment, "nonce", "0x" + nonce(payment).substring(2).toUpperCase(Locale.ROOT));
            }
        },

        UPPER_CASE_PREFIX(400) {
            @Override
            String header(PaymentDraft payment) {
                return tampered(payment, "nonce", "0X" + nonce(payment).substring(2));
            }
        },

        UPPER_CASE_SIGNATURE(200) {
            @Override
            String header(PaymentDraft payment) {
                String signature = (String) payment.schemePayload().get("signature");
                return tampered(payment, "signature", "0x" + signature.substring(2).toUpperCase(Locale.ROOT));
            }
        },

        LEADING_ZEROS(400) {
            @Override
            String header(PaymentDraft payment) {
                return tampered(payment, "value", "0010000");
            }
        },

        HIGH_S(402) {
            @Override
            String header(PaymentDraft payment) {
                String header = PaidApp.signature(payment.highS());
                payment.reworkSignature((signature) -> signature);
                return header;
            }
        },

        ZERO_BASED_V(200) {
            @Override
            String header(PaymentDraft payment) {
                String header = PaidApp.signature(payment.zeroBasedV());
                payment.reworkSignature((signature) -> signature);
                return header;
            }
        },

        NO_PADDING(200) {
            @Override
            String header(PaymentDraft payment) {
                byte[] json = PRETTY.writeValueAsBytes(payment.tree());
                while (json.length % 3 == 0) {
                    json = (new String(json, StandardCharsets.UTF_8) + " ").getBytes(StandardCharsets.UTF_8);
                }
                return "PAYMENT-SIGNATURE: " + Base64.getEncoder().withoutPadding().encodeToString(json);
            }
        },

        UNKNOWN_MEMBERS(200) {
            @Override
            String header(PaymentDraft payment) {
                Map<String, Object> tree = new LinkedHashMap<>(payment.tree());
                Map<String, Object> payload = copy(tree.get("payload"));
                Map<String, Object> authorization = copy(payload.get("authorization"));
                authorization.put("salt", "1");
                payload.put("authorization", authorization);
                payload.put("salt", List.of("2"));
                tree.put("payload", payload);
                tree.put("salt", Map.of("3", true));
                return encoded(PRETTY.writeValueAsBytes(tree));
            }
        },

        LOWER_CASE_HEADER(200) {
            @Override
            String header(PaymentDraft payment) {
                return "payment-signature:\t " + payment.header() + " ";
            }
        },

        VERSION_1(200) {
            @Override
            String header(PaymentDraft payment) {
                return "X-PAYMENT: " + payment.v1Header();
            }
        };

        private final boolean readable;

        private final int refusal;

        Reencoding(int status) {
            this.readable = status == 200;
            this.refusal = status;
        }

        abstract String header(PaymentDraft payment);

        private static String encoded(byte[] json) {
            return "PAYMENT-SIGNATURE: " + Base64.getEncoder().encodeToString(json);
        }

        private static String tampered(PaymentDraft payment, String name, String value) {
            Object original = "signature".equals(name) ? payment.schemePayload().get(name)
                    : copy(payment.schemePayload().get("authorization")).get(name);
            String header = PaidApp.signature(payment.tamper(name, value));
            payment.tamper(name, original);
            assertThat(value).isNotEqualTo(original);
            return header;
        }

        private static String nonce(PaymentDraft payment) {
            return (String) copy(payment.schemePayload().get("authorization")).get("nonce");
        }

        private static Map<String, Object> copy(Object map) {
            Map<String, Object> copy = new LinkedHashMap<>();
            ((Map<?, ?>) map).forEach((name, value) -> copy.put((String) name, value));
            return copy;
        }

        private static Map<String, Object> reversed(Map<?, ?> map) {
            List<Map.Entry<?, ?>> entries = new ArrayList<>(map.entrySet());
            Map<String, Object> reversed = new LinkedHashMap<>();
            for (Map.Entry<?, ?> entry : entries.reversed()) {
                Object value = (entry.getValue() instanceof Map<?, ?> inner) ? reversed(inner) : entry.getValue();
                reversed.put((String) entry.getKey(), value);
            }
            return reversed;
        }

    }

}
