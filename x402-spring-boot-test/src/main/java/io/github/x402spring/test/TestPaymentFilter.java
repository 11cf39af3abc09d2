package io.github.x402spring.test;

import java.io.IOException;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import jakarta.servlet.http.Part;
import org.springframework.http.HttpHeaders;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.mock.web.MockMultipartHttpServletRequest;
import org.springframework.util.Assert;

/**
 * First filter of mock requests. Makes the payment that a request of {@code MockMvc}
 * carries as an attribute: sends a copy of the request without the payment through all
 * other filters and the {@code DispatcherServlet}, and then the request itself with the
 * payment. By then everything else that a test adds to the request is in it.
 * {@code @AutoConfigureX402} registers it; thread-safe.
 *
 * @since 0.1.0
 */
public final class TestPaymentFilter implements Filter {

    /** Name of the bean that {@link TestPayment} looks for. */
    public static final String BEAN_NAME = "x402TestPaymentFilter";

    /**
     * Name of the attribute by which a mock request carries the payment to make for it.
     */
    static final String ATTRIBUTE = TestPayment.class.getName();

    private static final Set<String> NOT_COPIED = Set.of("payment-signature", "x-payment", "cookie");

    private final Predicate<HttpServletRequest> paid;

    /**
     * Creates a filter.
     * @param paid tells which requests are for paid endpoints
     */
    public TestPaymentFilter(Predicate<HttpServletRequest> paid) {
        this.paid = paid;
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (!(request instanceof MockHttpServletRequest mock && chain instanceof MockFilterChain mockChain)) {
            chain.doFilter(request, response);
            return;
        }
        // A copy, since the result is stored with the request.
        if (this.paid.test(copy(mock))) {
            MockParameters.write(mock);
        }
        if (!(mock.getAttribute(ATTRIBUTE) instanceof TestPayment payment)) {
            chain.doFilter(request, response);
            return;
        }
        mock.removeAttribute(ATTRIBUTE);
        HttpHeaders headers = payment.needsTerms() ? pay(payment, mock, mockChain)
                : payment.headersFor(HttpHeaders.EMPTY);
        headers.forEach((name, values) -> {
            mock.removeHeader(name);
            values.forEach((value) -> mock.addHeader(name, value));
        });
        mockChain.doFilter(request, response);
    }

    private static HttpHeaders pay(TestPayment payment, MockHttpServletRequest request, MockFilterChain chain)
            throws IOException, ServletException {
        MockHttpServletResponse unpaid = new MockHttpServletResponse();
        chain.doFilter(copy(request), unpaid);
        // From the first filter on, which is this one.
        chain.reset();
        HttpHeaders headers = new HttpHeaders();
        unpaid.getHeaderNames().forEach((name) -> headers.addAll(name, unpaid.getHeaders(name)));
        return payment.headersFor(request.getMethod() + " " + request.getRequestURI(), unpaid.getStatus(), headers,
                unpaid.getContentAsString());
    }

    private static MockHttpServletRequest copy(MockHttpServletRequest request) throws IOException, ServletException {
        MockHttpServletRequest copy = (request instanceof MockMultipartHttpServletRequest multipart) ? files(multipart)
                : new MockHttpServletRequest(request.getServletContext());
        copy.setMethod(request.getMethod());
        copy.setScheme(request.getScheme());
        copy.setServerName(request.getServerName());
        copy.setServerPort(request.getServerPort());
        copy.setRequestURI(request.getRequestURI());
        copy.setContextPath(request.getContextPath());
        copy.setServletPath(request.getServletPath());
        copy.setPathInfo(request.getPathInfo());
        copy.setQueryString(request.getQueryString());
        copy.setRemoteAddr(request.getRemoteAddr());
        copy.setRemoteHost(request.getRemoteHost());
        copy.setRemotePort(request.getRemotePort());
        copy.setLocalAddr(request.getLocalAddr());
        copy.setLocalName(request.getLocalName());
        copy.setLocalPort(request.getLocalPort());
        copy.setSecure(request.isSecure());
        copy.setAsyncSupported(request.isAsyncSupported());
        copy.setDispatcherType(request.getDispatcherType());
        copy.setCharacterEncoding(request.getCharacterEncoding());
        copy.setContent(request.getContentAsByteArray());
        Collections.list(request.getHeaderNames())
            .stream()
            .filter((name) -> NOT_COPIED.stream().noneMatch(name::equalsIgnoreCase))
            .forEach((name) -> copy.addHeader(name, Collections.list(request.getHeaders(name))));
        copy.setContentType(request.getContentType());
        copy.setCookies(request.getCookies());
        copy.setParameters(request.getParameterMap());
        copy.setRemoteUser(request.getRemoteUser());
        copy.setUserPrincipal(request.getUserPrincipal());
        copy.setAuthType(request.getAuthType());
        HttpSession session = request.getSession(false);
        if (session != null) {
            copy.setSession(session);
        }
        parts(request).forEach(copy::addPart);
        Collections.list(request.getAttributeNames())
            .forEach((name) -> copy.setAttribute(name, request.getAttribute(name)));
        return copy;
    }

    private static MockMultipartHttpServletRequest files(MockMultipartHttpServletRequest request) {
        MockMultipartHttpServletRequest copy = new MockMultipartHttpServletRequest(request.getServletContext());
        request.getMultiFileMap().values().stream().flatMap(List::stream).forEach(copy::addFile);
        return copy;
    }

    private static Collection<Part> parts(MockHttpServletRequest request) throws IOException, ServletException {
        Collection<Part> parts = request.getParts();
        Assert.notNull(parts, "'parts' must not be null");
        return parts;
    }

}
