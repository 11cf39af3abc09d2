package io.github.x402spring.autoconfigure.discovery;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.web.servlet.handler.SimpleUrlHandlerMapping;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.RequestMappingInfoHandlerMapping;

import io.github.x402spring.discovery.DiscoveryCatalog;
import io.github.x402spring.discovery.ListingFinding;

/**
 * Mapping of the documents, which are written at start-up. A handler that the application
 * maps to the path of one wins.
 */
final class DiscoveryHandlerMapping extends SimpleUrlHandlerMapping implements SmartInitializingSingleton {

    static final String OPEN_API = "/openapi.json";

    static final String LLMS_TEXT = "/llms.txt";

    static final String WELL_KNOWN = "/.well-known/x402";

    /** Before patterns of the application that match everything. */
    private static final int ORDER = -2;

    private static final Logger logger = LoggerFactory.getLogger(DiscoveryHandlerMapping.class);

    private final Supplier<DiscoveryCatalog> catalog;

    private final Supplier<List<RequestMappingInfoHandlerMapping>> mappings;

    private final boolean wellKnown;

    DiscoveryHandlerMapping(Supplier<DiscoveryCatalog> catalog,
            Supplier<List<RequestMappingInfoHandlerMapping>> mappings, boolean wellKnown) {
        this.catalog = catalog;
        this.mappings = mappings;
        this.wellKnown = wellKnown;
        setOrder(ORDER);
    }

    @Override
    public void afterSingletonsInstantiated() {
        DiscoveryCatalog catalog = this.catalog.get();
        if (catalog.operations().isEmpty()) {
            return;
        }
        Map<String, PreparedDocument> documents = new LinkedHashMap<>();
        documents.put(OPEN_API, new PreparedDocument("application/json", catalog.openApi()));
        documents.put(LLMS_TEXT, new PreparedDocument("text/plain", catalog.llmsText()));
        if (this.wellKnown) {
            documents.put(WELL_KNOWN, new PreparedDocument("application/json", catalog.wellKnown()));
        }
        documents.forEach((path, document) -> {
            if (isTaken(path)) {
                logger.info("The application serves {} itself, which the starter leaves as it is", path);
            }
            else {
                registerHandler(path, document);
            }
        });
        for (ListingFinding finding : catalog.findings()) {
            logger.info("Registries would object to {}: {}. Remedy: {}", finding.subject(), finding.problem(),
                    finding.remedy());
        }
    }

    private boolean isTaken(String path) {
        for (RequestMappingInfoHandlerMapping mapping : this.mappings.get()) {
            for (RequestMappingInfo info : mapping.getHandlerMethods().keySet()) {
                if (info.getDirectPaths().contains(path)) {
                    return true;
                }
            }
        }
        return false;
    }

}
