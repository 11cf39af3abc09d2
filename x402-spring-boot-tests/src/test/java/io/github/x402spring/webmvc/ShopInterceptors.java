package io.github.x402spring.webmvc;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.ui.ModelMap;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.context.request.WebRequestInterceptor;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.handler.MappedInterceptor;
import org.springframework.web.servlet.i18n.LocaleChangeInterceptor;

/**
 * Has the interceptors that applications have: some add to every response, others keep
 * handlers from running.
 */
@Configuration(proxyBeanMethods = false)
class ShopInterceptors implements WebMvcConfigurer {

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(new LocaleChangeInterceptor());
        registry.addInterceptor(new Greeter("X-Greeting"));
        registry.addWebRequestInterceptor(new InView());
        registry.addInterceptor(new Veto()).addPathPatterns("/*/veto-*");
    }

    @Bean
    MappedInterceptor mappedGreeter() {
        return new MappedInterceptor(new String[] { "/**" }, new Greeter("X-Mapped-Greeting"));
    }

    @Bean
    MappedInterceptor mappedVeto() {
        return new MappedInterceptor(new String[] { "/*/veto-mapped" }, new Veto());
    }

    private record Greeter(String header) implements HandlerInterceptor {

        @Override
        public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
            response.setHeader(this.header, "hello");
            return true;
        }

    }

    private static final class Veto implements HandlerInterceptor {

        @Override
        public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler)
                throws Exception {
            String path = request.getRequestURI();
            String kind = path.substring(path.lastIndexOf('/'));
            if (kind.equals("/veto-async") && request.getDispatcherType() == DispatcherType.REQUEST) {
                return true;
            }
            response.setHeader("X-Canary", "CANARY-veto");
            switch (kind) {
                case "/veto-redirect", "/veto-async" -> response.sendRedirect("/CANARY-login");
                case "/veto-body", "/veto-mapped" -> response.getWriter().print("CANARY-veto");
                case "/veto-large-body" -> response.getOutputStream().print(ShopHandlers.LARGE);
                default -> response.setStatus(200);
            }
            return false;
        }

    }

    private static final class InView implements WebRequestInterceptor {

        @Override
        public void preHandle(WebRequest request) {
            request.setAttribute("view", "open", WebRequest.SCOPE_REQUEST);
        }

        @Override
        public void postHandle(WebRequest request, @Nullable ModelMap model) {
        }

        @Override
        public void afterCompletion(WebRequest request, @Nullable Exception ex) {
            request.removeAttribute("view", WebRequest.SCOPE_REQUEST);
        }

    }

}
