package io.github.x402spring.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import io.github.x402spring.protocol.PaymentRequired;
import io.github.x402spring.protocol.PaymentRequirements;
import io.github.x402spring.protocol.ResourceInfo;

/**
 * Length that the terms may have in a header. Terms that are longer lose their optional
 * parts one after the other, always in the same order: {@code bazaar},
 * {@code extra.resource}, the end of the description, the other extensions. Ways to pay
 * and extensions that the endpoint requires stay.
 */
final class TermsBudget {

    private static final String BAZAAR = "bazaar";

    private static final String RESOURCE = "resource";

    private static final int SHORT_DESCRIPTION = 100;

    /** A reason takes the place of the first error, and base64 makes four of three. */
    private static final int ERROR_RESERVE = 4 * (96 / 3 + 1);

    private final PaymentDialects dialects;

    private final int maxLength;

    /**
     * Creates a budget.
     * @param dialects state terms in headers
     * @param maxLength the longest value of the header, in characters
     */
    TermsBudget(PaymentDialects dialects, int maxLength) {
        this.dialects = dialects;
        this.maxLength = maxLength;
    }

    int maxLength() {
        return this.maxLength;
    }

    /**
     * Fits terms into the header.
     * @param terms the terms
     * @param required tells which extensions may not be left out
     * @return the terms as they are sent; {@code null} if they are too long whatever is
     * left out
     */
    @Nullable Fitted fit(PaymentRequired terms, Predicate<String> required) {
        List<String> omitted = new ArrayList<>();
        PaymentRequired present = terms;
        Fitted fitted = fitted(present, omitted);
        if (fitted != null) {
            return fitted;
        }
        if (terms.extensions().containsKey(BAZAAR) && !required.test(BAZAAR)) {
            present = without(present, BAZAAR);
            omitted.add("extension " + BAZAAR);
            fitted = fitted(present, omitted);
        }
        if (fitted == null) {
            present = withoutResource(present);
            omitted.add("extra.resource");
            fitted = fitted(present, omitted);
        }
        if (fitted == null && present.resource().description().length() > SHORT_DESCRIPTION) {
            present = withShortDescription(present);
            omitted.add("description beyond " + SHORT_DESCRIPTION + " characters");
            fitted = fitted(present, omitted);
        }
        Set<String> others = new LinkedHashSet<>(present.extensions().keySet());
        others.removeIf(required);
        for (String extension : others) {
            if (fitted == null) {
                present = without(present, extension);
                omitted.add("extension " + extension);
                fitted = fitted(present, omitted);
            }
        }
        return fitted;
    }

    private @Nullable Fitted fitted(PaymentRequired terms, List<String> omitted) {
        List<HeaderField> challenge = this.dialects.challenge(terms);
        int length = ERROR_RESERVE;
        for (HeaderField field : challenge) {
            length += field.value().length();
        }
        return (length <= this.maxLength) ? new Fitted(terms, challenge, List.copyOf(omitted)) : null;
    }

    private static PaymentRequired without(PaymentRequired terms, String extension) {
        Map<String, Object> extensions = new LinkedHashMap<>(terms.extensions());
        extensions.remove(extension);
        return new PaymentRequired(terms.error(), terms.resource(), terms.accepts(), extensions);
    }

    private static PaymentRequired withoutResource(PaymentRequired terms) {
        List<PaymentRequirements> accepts = new ArrayList<>(terms.accepts().size());
        for (PaymentRequirements offer : terms.accepts()) {
            Map<String, Object> extra = new LinkedHashMap<>(offer.extra());
            extra.remove(RESOURCE);
            accepts.add(new PaymentRequirements(offer.scheme(), offer.network(), offer.amount(), offer.asset(),
                    offer.payTo(), offer.maxTimeoutSeconds(), extra));
        }
        return new PaymentRequired(terms.error(), terms.resource(), accepts, terms.extensions());
    }

    private static PaymentRequired withShortDescription(PaymentRequired terms) {
        ResourceInfo resource = terms.resource();
        String description = resource.description();
        int end = Character.isHighSurrogate(description.charAt(SHORT_DESCRIPTION - 1)) ? SHORT_DESCRIPTION - 1
                : SHORT_DESCRIPTION;
        return new PaymentRequired(terms.error(),
                new ResourceInfo(resource.url(), description.substring(0, end), resource.mimeType()), terms.accepts(),
                terms.extensions());
    }

    /**
     * Terms that fit.
     *
     * @param required the terms
     * @param challenge the fields of the header
     * @param omitted what was left out
     */
    record Fitted(PaymentRequired required, List<HeaderField> challenge, List<String> omitted) {
    }

}
