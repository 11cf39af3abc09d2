package io.github.x402spring.sample;

import java.util.Map;
import java.util.Set;

import org.springframework.security.core.Authentication;
import org.springframework.stereotype.Component;

/**
 * Attributes and relations for rules. A real application would read them from its
 * database or ask a decision point.
 */
@Component
class DeskRules {

    private static final String CLEARANCE = "CLEARANCE_";

    private final Map<String, Integer> secrecy = Map.of("gold", 1, "mergers", 3);

    private final Map<String, String> desks = Map.of("a-17", "metals", "b-40", "energy");

    private final Map<String, Set<String>> members = Map.of("metals", Set.of("trader"), "energy", Set.of("ann"));

    /**
     * Checks whether a caller is cleared for a topic. No caller is cleared for an unknown
     * one.
     * @param caller the caller
     * @param topic the topic
     * @return whether its clearance is as high as the topic is secret
     */
    public boolean cleared(Authentication caller, String topic) {
        int needed = this.secrecy.getOrDefault(topic, Integer.MAX_VALUE);
        return caller.getAuthorities()
            .stream()
            .map((authority) -> String.valueOf(authority.getAuthority()))
            .filter((authority) -> authority.startsWith(CLEARANCE))
            .anyMatch((authority) -> Integer.parseInt(authority.substring(CLEARANCE.length())) >= needed);
    }

    /**
     * Checks whether a caller may read an account.
     * @param caller the caller
     * @param account the account
     * @return whether the caller is a member of the desk that has it
     */
    public boolean reads(Authentication caller, String account) {
        String desk = this.desks.getOrDefault(account, "");
        return this.members.getOrDefault(desk, Set.of()).contains(caller.getName());
    }

}
