package io.github.x402spring.webmvc.hold;

import java.io.InputStream;
import java.io.Reader;

import jakarta.servlet.ServletRequest;
import org.springframework.core.MethodParameter;
import org.springframework.http.HttpEntity;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RequestPart;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.multipart.MultipartRequest;
import org.springframework.web.multipart.support.MultipartResolutionDelegate;
import org.springframework.web.servlet.function.ServerRequest;

/**
 * Handlers that may read a body as a stream, which fails once the container has parsed it
 * as multipart. A handler that declares the parts that it takes is none of them.
 */
final class StreamReaders {

    private StreamReaders() {
    }

    static boolean mayBe(HandlerMethod handler) {
        boolean reads = false;
        for (MethodParameter parameter : handler.getMethodParameters()) {
            if (bindsParts(parameter)) {
                return false;
            }
            reads |= reads(parameter);
        }
        return reads;
    }

    private static boolean bindsParts(MethodParameter parameter) {
        return MultipartResolutionDelegate.isMultipartArgument(parameter)
                || MultipartRequest.class.isAssignableFrom(parameter.getParameterType())
                || parameter.hasParameterAnnotation(RequestPart.class)
                || parameter.hasParameterAnnotation(RequestParam.class)
                || parameter.hasParameterAnnotation(ModelAttribute.class);
    }

    private static boolean reads(MethodParameter parameter) {
        Class<?> type = parameter.getParameterType();
        return InputStream.class.isAssignableFrom(type) || Reader.class.isAssignableFrom(type)
                || ServletRequest.class.isAssignableFrom(type) || WebRequest.class.isAssignableFrom(type)
                || HttpEntity.class.isAssignableFrom(type) || ServerRequest.class.isAssignableFrom(type)
                || parameter.hasParameterAnnotation(RequestBody.class);
    }

}
