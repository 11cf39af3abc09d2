package io.github.x402spring.webmvc;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.target.HotSwappableTargetSource;
import org.springframework.web.servlet.function.EntityResponse;
import org.springframework.web.servlet.function.HandlerFunction;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

import io.github.x402spring.InvalidX402ConfigurationException;
import io.github.x402spring.PaidEndpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class PaidFunctionAdvisorTests {

    private final PaidHandlerProxies proxies = new PaidHandlerProxies();

    @ParameterizedTest
    @ValueSource(classes = { ByClass.class, ByMethod.class, Inherited.class })
    void isPaidWhenFunctionHasAPriceThenTrue(Class<?> type) {
        assertThat(PaidFunctionAdvisor.isPaid(type)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(classes = { Free.class, NoFunction.class })
    void isPaidWhenNoFunctionOrNoPriceThenFalse(Class<?> type) {
        assertThat(PaidFunctionAdvisor.isPaid(type)).isFalse();
    }

    @Test
    void checkWhenTypeOrMethodIsFinalThenRejectedUnlessAnInterfaceIsInFront() {
        assertThatExceptionOfType(InvalidX402ConfigurationException.class)
            .isThrownBy(() -> PaidFunctionAdvisor.check(FinalType.class, true));
        assertThatExceptionOfType(InvalidX402ConfigurationException.class)
            .isThrownBy(() -> PaidFunctionAdvisor.check(FinalMethod.class, true));
        assertThatCode(() -> PaidFunctionAdvisor.check(FinalType.class, false)).doesNotThrowAnyException();
    }

    @Test
    void checkWhenResponseIsNarrowerThenRejected() {
        assertThatExceptionOfType(InvalidX402ConfigurationException.class)
            .isThrownBy(() -> PaidFunctionAdvisor.check(Narrow.class, false));
    }

    @Test
    void proxyWhenFunctionHasAPriceThenOneGate() {
        Object once = this.proxies.postProcessAfterInitialization(new ByClass(), "function");
        assertThat(PaidHandlerProxies.gates(once)).isTrue();
        assertThat(once).isInstanceOf(ByClass.class);
        assertThat(this.proxies.postProcessAfterInitialization(once, "function")).isSameAs(once);
        Object free = new Free();
        assertThat(this.proxies.postProcessAfterInitialization(free, "free")).isSameAs(free);
    }

    @Test
    void proxyWhenTargetsAreSwappedThenTheGateStays() {
        ProxyFactory factory = new ProxyFactory();
        factory.setTargetSource(new HotSwappableTargetSource(new ByClass()));
        factory.setProxyTargetClass(true);
        Object proxy = factory.getProxy();
        assertThat(PaidHandlerProxies.gates(proxy)).isFalse();
        this.proxies.postProcessAfterInitialization(proxy, "function");
        assertThat(PaidHandlerProxies.gates(proxy)).isTrue();
    }

    @Test
    void proxyWhenItTakesNoAdviceThenRejected() {
        ProxyFactory factory = new ProxyFactory(new ByClass());
        factory.setFrozen(true);
        Object proxy = factory.getProxy();
        assertThatExceptionOfType(InvalidX402ConfigurationException.class)
            .isThrownBy(() -> this.proxies.postProcessAfterInitialization(proxy, "function"))
            .withMessageContaining("takes no advice");
    }

    @PaidEndpoint
    static class ByClass extends Free {

    }

    static class ByMethod extends Free {

        @Override
        @PaidEndpoint
        public ServerResponse handle(ServerRequest request) {
            return super.handle(request);
        }

    }

    static class Inherited extends ByMethod {

    }

    @PaidEndpoint
    static final class FinalType extends Free {

    }

    @PaidEndpoint
    static class FinalMethod implements HandlerFunction<ServerResponse> {

        @Override
        public final ServerResponse handle(ServerRequest request) {
            return ServerResponse.ok().build();
        }

    }

    @PaidEndpoint
    static class Narrow implements HandlerFunction<EntityResponse<String>> {

        @Override
        public EntityResponse<String> handle(ServerRequest request) {
            return EntityResponse.fromObject("content").build();
        }

    }

    static class Free implements HandlerFunction<ServerResponse> {

        @Override
        public ServerResponse handle(ServerRequest request) {
            return ServerResponse.ok().build();
        }

    }

    @PaidEndpoint
    static class NoFunction {

        ServerResponse handle(ServerRequest request) {
            return ServerResponse.ok().build();
        }

    }

}
