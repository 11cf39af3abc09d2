package io.github.x402spring.autoconfigure.webmvc;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletPath;
import org.springframework.security.core.Authentication;
import org.springframework.security.web.access.WebInvocationPrivilegeEvaluator;

import static org.assertj.core.api.Assertions.assertThat;

@Tag("locale")
@ExtendWith(OutputCaptureExtension.class)
class AnonymousAccessCheckTests {

    private final List<String> asked = new ArrayList<>();

    @Test
    void checkWhenRefusedThenOneWarningForEachEndpoint(CapturedOutput output) {
        AnonymousAccessCheck check = check(false);
        check.check("report", "GET", "/report");
        check.check("report", "POST", "/report");
        assertThat(this.asked).containsExactly("GET /api/report", "POST /api/report");
        assertThat(output.getOut().lines().filter((line) -> line.contains("WARN"))).singleElement()
            .asString()
            .contains("'report'", "GET /api/report", "x402.endpoints.report.authorize");
    }

    @Test
    void checkWhenAllowedOrNotToldThenNoWarning(CapturedOutput output) {
        check(true).check("report", "GET", "/report");
        check(null).check("report", "GET", "/report");
        assertThat(output.getOut()).doesNotContain("AnonymousAccessCheck");
    }

    private AnonymousAccessCheck check(@Nullable Boolean allowed) {
        StaticListableBeanFactory beans = new StaticListableBeanFactory();
        beans.addBean("evaluator", new WebInvocationPrivilegeEvaluator() {

            @Override
            public boolean isAllowed(String uri, @Nullable Authentication authentication) {
                throw new UnsupportedOperationException();
            }

            @Override
            public boolean isAllowed(String contextPath, String uri, @Nullable String method,
                    @Nullable Authentication authentication) {
                AnonymousAccessCheckTests.this.asked.add(method + " " + uri);
                if (allowed == null) {
                    throw new UnsupportedOperationException();
                }
                return allowed;
            }

        });
        beans.addBean("path", (DispatcherServletPath) () -> "/api");
        return new AnonymousAccessCheck(beans.getBeanProvider(WebInvocationPrivilegeEvaluator.class),
                beans.getBeanProvider(DispatcherServletPath.class));
    }

}
