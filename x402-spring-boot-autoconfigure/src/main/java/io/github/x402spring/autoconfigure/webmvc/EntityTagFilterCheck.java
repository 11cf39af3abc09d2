package io.github.x402spring.autoconfigure.webmvc;

import jakarta.servlet.Filter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.filter.ShallowEtagHeaderFilter;

import io.github.x402spring.webmvc.hold.PaymentFilters;

/**
 * Check for filters that compare a response with the copy of the client after its payment
 * was settled, and leave the body out.
 */
final class EntityTagFilterCheck implements SmartInitializingSingleton {

    private static final Logger logger = LoggerFactory.getLogger(EntityTagFilterCheck.class);

    private final ListableBeanFactory beanFactory;

    EntityTagFilterCheck(ListableBeanFactory beanFactory) {
        this.beanFactory = beanFactory;
    }

    @Override
    public void afterSingletonsInstantiated() {
        this.beanFactory.getBeansOfType(FilterRegistrationBean.class, false, false)
            .forEach((name, registration) -> check(name, registration.getFilter(), registration.getOrder()));
        this.beanFactory.getBeansOfType(ShallowEtagHeaderFilter.class, false, false)
            .forEach((name, filter) -> check(name, filter, order(name, filter)));
    }

    private int order(String name, Filter filter) {
        Order order = this.beanFactory.findAnnotationOnBean(name, Order.class);
        if (order != null) {
            return order.value();
        }
        return (filter instanceof Ordered ordered) ? ordered.getOrder() : Ordered.LOWEST_PRECEDENCE;
    }

    private static void check(String name, @Nullable Filter filter, int order) {
        if (filter instanceof ShallowEtagHeaderFilter && order <= PaymentFilters.HOLD_FILTER_ORDER) {
            logger
                .warn("Filter '{}' computes ETags outside of the payment filter: a paid response whose ETag the client "
                        + "names is charged and arrives as 304 without its body. Register the filter with an order above {}",
                        name, PaymentFilters.HOLD_FILTER_ORDER);
        }
    }

}
