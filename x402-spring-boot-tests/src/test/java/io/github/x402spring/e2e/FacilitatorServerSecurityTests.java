package io.github.x402spring.e2e;

import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;

import io.github.x402spring.e2e.RawHttp.Answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.security.config.Customizer.withDefaults;

@Tag("waiting")
class FacilitatorServerSecurityTests {

    private static final String ACCEPT_JSON = "Accept: application/json";

    @Test
    void callWhenApplicationHasNoChainThenAuthenticatedOnly() {
        try (FacilitatorApp app = FacilitatorApp.withFake()) {
            for (Answer answer : List.of(
                    app.post(FacilitatorApp.VERIFY, FacilitatorApp.body(), FacilitatorApp.JSON_TYPE),
                    app.post(FacilitatorApp.SETTLE, FacilitatorApp.body(), FacilitatorApp.JSON_TYPE),
                    app.get(FacilitatorApp.SUPPORTED), app.get(FacilitatorApp.SUPPORTED, "Accept: text/html"),
                    app.postAs("mallory", FacilitatorApp.SETTLE, FacilitatorApp.body()))) {
                assertThat(answer.status()).isEqualTo(401);
                assertThat(answer.header("WWW-Authenticate")).startsWith("Basic");
            }
            assertThat(app.fake().settlements()).isEmpty();
            for (Answer answer : List.of(app.postAs("alice", FacilitatorApp.VERIFY, FacilitatorApp.body()),
                    app.postAs("bob", FacilitatorApp.SETTLE, FacilitatorApp.body()),
                    app.get(FacilitatorApp.SUPPORTED, FacilitatorApp.basic("alice")))) {
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.all("Set-Cookie")).isEmpty();
            }
        }
    }

    @Test
    void otherEndpointWhenFacilitatorIsServedThenAsBefore() {
        try (FacilitatorApp app = FacilitatorApp.withFake()) {
            String alice = FacilitatorApp.basic("alice");
            assertThat(app.get("/free", ACCEPT_JSON).status()).isEqualTo(401);
            assertThat(app.get("/free", alice).text()).isEqualTo("free");
            assertThat(app.post("/free", "{}", FacilitatorApp.JSON_TYPE, alice, ACCEPT_JSON).status()).isIn(401, 403);
            assertThat(app.get("/paid").status()).isEqualTo(402);
            assertThat(app.get("/facilitator", ACCEPT_JSON).status()).isEqualTo(401);
            assertThat(app.get("/facilitator/other", alice).text()).isEqualTo("rest");
        }
    }

    @Test
    void callWhenApplicationHasChainThenItDecides() {
        try (FacilitatorApp app = FacilitatorApp.start(List.of(FacilitatorApp.Fake.class, OwnChain.class))) {
            assertThat(app.postAs("alice", FacilitatorApp.SETTLE, FacilitatorApp.body()).status()).isEqualTo(200);
            assertThat(app.postAs("bob", FacilitatorApp.SETTLE, FacilitatorApp.body()).status()).isEqualTo(403);
            assertThat(app.post(FacilitatorApp.SETTLE, FacilitatorApp.body(), FacilitatorApp.JSON_TYPE).status())
                .isEqualTo(401);
            assertThat(app.fake().settlements()).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "server.servlet.context-path=/api", "spring.mvc.servlet.path=/api",
            "x402.facilitator.server.path=/api/facilitator" })
    void callWhenPathHasPrefixThenGuardedAllTheSame(String property) {
        try (FacilitatorApp app = FacilitatorApp.withFake(property)) {
            String path = "/api" + FacilitatorApp.VERIFY;
            assertThat(app.post(path, FacilitatorApp.body(), FacilitatorApp.JSON_TYPE).status()).isEqualTo(401);
            assertThat(app.postAs("alice", path, FacilitatorApp.body()).text()).contains("\"isValid\":true");
        }
    }

    @Test
    void callWhenServerIsNotEnabledThenNothingThere() {
        try (FacilitatorApp app = FacilitatorApp.withFake("x402.facilitator.server.enabled=false")) {
            assertThat(app.get(FacilitatorApp.SUPPORTED, FacilitatorApp.basic("alice")).text()).isEqualTo("rest");
            assertThat(app.postAs("alice", FacilitatorApp.SETTLE, FacilitatorApp.body()).status()).isIn(401, 403, 405);
            assertThat(app.fake().settlements()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "/facilitator/settle/", "/facilitator/SETTLE", "//facilitator/settle",
            "/facilitator/settle;v=1", "/facilitator/./settle", "/facilitator/%73ettle" })
    void callWhenPathIsSpeltOddlyThenNeverOpen(String path) {
        try (FacilitatorApp app = FacilitatorApp.withFake()) {
            assertThat(app.post(path, FacilitatorApp.body(), FacilitatorApp.JSON_TYPE).status()).isIn(400, 401, 403);
            assertThat(app.fake().settlements()).isEmpty();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnChain {

        @Bean
        SecurityFilterChain ownChain(HttpSecurity http) {
            http.authorizeHttpRequests((requests) -> requests.requestMatchers("/facilitator/**")
                .hasRole("SHOP")
                .anyRequest()
                .authenticated());
            http.csrf((csrf) -> csrf.ignoringRequestMatchers("/facilitator/**"));
            http.httpBasic(withDefaults());
            return http.build();
        }

    }

}
