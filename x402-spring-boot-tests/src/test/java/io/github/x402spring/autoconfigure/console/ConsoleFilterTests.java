package io.github.x402spring.autoconfigure.console;

import java.nio.charset.StandardCharsets;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

import io.github.x402spring.SellerFixture;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
class ConsoleFilterTests {

    private static final String HTML = "text/html;charset=UTF-8";

    private final SellerFixture seller = new SellerFixture();

    private final MockHttpServletRequest request = new MockHttpServletRequest("GET", "/shop/x402/console");

    @ParameterizedTest
    @CsvSource({ "400,This address is not understood", "401,You are not logged in", "403,You may not see the console",
            "404,There is no such page", "405,The console changes nothing", "418,The console cannot be shown",
            "500,The console cannot be shown" })
    void filterWhenRefusedWithAStatusOrAnErrorThenWritesAPage(int status, String title) throws Exception {
        for (FilterChain chain : new FilterChain[] { (request, response) -> of(response).setStatus(status),
                (request, response) -> of(response).sendError(status),
                (request, response) -> of(response).sendError(status, "<script>"), (request, response) -> {
                    of(response).setContentType("application/json");
                    response.getWriter().write("{\"secret\":1}");
                    of(response).setStatus(status);
                }, (request, response) -> {
                    of(response).setStatus(status);
                    response.setContentType("application/json");
                    response.setContentLength(12);
                    response.getWriter().write("{\"secret\":1}");
                    response.getWriter().close();
                }, (request, response) -> {
                    of(response).setStatus(status);
                    response.getOutputStream().write("{\"secret\":1}".getBytes(StandardCharsets.UTF_8));
                    response.getOutputStream().write(1);
                    response.getOutputStream().close();
                    response.flushBuffer();
                }, (request, response) -> {
                    response.getOutputStream().write(1);
                    of(response).sendError(status);
                } }) {
            MockHttpServletResponse response = filter(chain);
            assertThat(response.getStatus()).isEqualTo(status);
            assertThat(response.getContentType()).isEqualTo(HTML);
            assertThat(response.getContentAsString()).contains("<h1>" + title + "</h1>", "Status " + status)
                .doesNotContain("<script", "secret", "<nav", "\u0001");
            assertThat(response.getContentLength())
                .isEqualTo(response.getContentAsString().getBytes(StandardCharsets.UTF_8).length);
            assertThat(response.getHeader("Content-Security-Policy"))
                .startsWith("default-src 'none'; style-src 'self';");
            assertThat(response.getHeader("Cache-Control")).isEqualTo("no-store");
        }
    }

    @Test
    void filterWhenRefusedThenHeadersOfTheRefusalStay() throws Exception {
        MockHttpServletResponse response = filter((request, raw) -> {
            of(raw).addHeader("WWW-Authenticate", "Basic realm=\"a\"");
            of(raw).addHeader("WWW-Authenticate", "Bearer");
            of(raw).addHeader("Strict-Transport-Security", "max-age=1");
            of(raw).addHeader("Set-Cookie", "a=b");
            of(raw).setHeader("Content-Length", "1");
            of(raw).setHeader("Content-Encoding", "gzip");
            of(raw).setStatus(401);
        });
        assertThat(response.getHeaders("WWW-Authenticate")).containsExactly("Basic realm=\"a\"", "Bearer");
        assertThat(response.getHeader("Strict-Transport-Security")).isEqualTo("max-age=1");
        assertThat(response.getHeader("Set-Cookie")).startsWith("a=b");
        assertThat(response.getHeader("Content-Encoding")).isNull();
        assertThat(response.getContentAsString()).contains("Reload this page, and log in.");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            -                            | Nothing on this server asks for a login
            Bearer                       | This server takes access tokens
            bearer error="invalid_token" | This server takes access tokens
            DPoP algs="ES256"            | This server takes access tokens
            Basic realm="shop"           | Reload this page, and log in.
            """)
    void filterWhenNotLoggedInThenSaysHow(@Nullable String challenge, String text) throws Exception {
        assertThat(filter((request, response) -> {
            if (challenge != null) {
                of(response).setHeader("WWW-Authenticate", challenge);
            }
            of(response).setStatus(401);
        }).getContentAsString()).contains(text);
    }

    @Test
    void filterWhenTheAuthorityIsMissingThenNamesItAsText() throws Exception {
        MockHttpServletResponse response = new MockHttpServletResponse();
        new ConsoleFilter(this.seller.sellerSources(), "/x402/console", "<b>").doFilter(this.request, response,
                (request, raw) -> of(raw).sendError(403));
        assertThat(response.getContentAsString()).contains("takes the authority &lt;b&gt;,");
    }

    @Test
    void filterWhenAChangeIsRefusedThenDoesNotBlameTheLogin() throws Exception {
        this.request.setMethod("POST");
        assertThat(filter((request, response) -> of(response).sendError(403)).getContentAsString())
            .contains("This request is refused")
            .doesNotContain("authority");
    }

    @ParameterizedTest
    @ValueSource(ints = { 200, 204, 302, 304 })
    void filterWhenNotRefusedThenChangesNothing(int status) throws Exception {
        MockHttpServletResponse response = filter((request, raw) -> {
            of(raw).setHeader("Location", "/login");
            raw.getOutputStream().write('a');
            of(raw).setStatus(status);
        });
        assertThat(response.getStatus()).isEqualTo(status);
        assertThat(response.getContentAsString()).isEqualTo("a");
        assertThat(response.getHeaderNames()).containsExactly("Location");
    }

    @Test
    void filterWhenTheRefusalIsAPageThenItStays() throws Exception {
        assertThat(filter((request, response) -> {
            response.setContentType("Text/HTML");
            response.getWriter().write("own page");
            of(response).setStatus(403);
        }).getContentAsString()).isEqualTo("own page");
    }

    @Test
    void filterWhenTheResponseIsOnItsWayThenItStays() throws Exception {
        assertThat(filter((request, response) -> {
            response.getWriter().write("half");
            response.flushBuffer();
            of(response).setStatus(503);
        }).getContentAsString()).isEqualTo("half");
    }

    @Test
    void filterWhenMoneyIsSimulatedThenTheRefusalSaysSo() throws Exception {
        this.seller.simulated = true;
        assertThat(filter((request, response) -> of(response).sendError(404)).getContentAsString())
            .containsOnlyOnce("Simulated money");
    }

    @ParameterizedTest
    @CsvSource({ "console.css,text/css;charset=UTF-8", "icon.svg,image/svg+xml" })
    void filterWhenAResourceIsAskedForThenServesItToAnyCaller(String name, String type) throws Exception {
        this.request.setRequestURI("/shop/x402/console/" + name);
        MockHttpServletResponse response = filter((request, raw) -> of(raw).sendError(401));
        assertThat(response.getStatus()).isEqualTo(200);
        assertThat(response.getContentType()).isEqualTo(type);
        assertThat(response.getContentAsByteArray()).hasSize(response.getContentLength()).isNotEmpty();
        assertThat(response.getHeader("X-Content-Type-Options")).isEqualTo("nosniff");
    }

    @ParameterizedTest
    @ValueSource(strings = { "/x402/console/console.css", "/shop/x402/console/Console.css",
            "/shop/x402/console/../console/console.css", "/shop/x402/console/console.css;a",
            "/shop/x402/console/console%2ecss", "/shop/x402/console/OverviewPage.class",
            "/shop/x402/console/package-info.class" })
    void filterWhenAPathIsNotThatOfAResourceThenServesNone(String path) throws Exception {
        this.request.setRequestURI(path);
        assertThat(filter((request, response) -> of(response).sendError(401)).getStatus()).isEqualTo(401);
    }

    @Test
    void filterWhenAResourceIsToBeChangedThenTheChainDecides() throws Exception {
        this.request.setRequestURI("/shop/x402/console/console.css");
        this.request.setMethod("POST");
        assertThat(filter((request, response) -> of(response).sendError(401)).getStatus()).isEqualTo(401);
    }

    private MockHttpServletResponse filter(FilterChain chain) throws Exception {
        this.request.setContextPath("/shop");
        MockHttpServletResponse response = new MockHttpServletResponse();
        new ConsoleFilter(this.seller.sellerSources(), "/x402/console", "SCOPE_x402.console").doFilter(this.request,
                response, chain);
        return response;
    }

    private static HttpServletResponse of(ServletResponse response) {
        return (HttpServletResponse) response;
    }

}
