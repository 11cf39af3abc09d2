package io.github.x402spring.autoconfigure.evm;

import java.util.List;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.BindResult;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Condition that a node of a chain is configured.
 */
class OnEvmNodesCondition extends SpringBootCondition {

    @Override
    public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
        Binder binder = Binder.get(context.getEnvironment());
        BindResult<List<String>> urls = binder.bind("x402.evm.rpc-urls", Bindable.listOf(String.class));
        boolean nodes = (urls.isBound() && !urls.get().isEmpty())
                || binder.bind("x402.evm.networks", Bindable.mapOf(String.class, Object.class)).isBound();
        return new ConditionOutcome(nodes,
                ConditionMessage.forCondition("nodes of EVM chains").because(nodes ? "there are some" : "none"));
    }

}
