package io.github.x402spring.published;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;

import org.jspecify.annotations.Nullable;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/**
 * Jar in a local Maven repository, beside its POM.
 *
 * @param file the jar
 */
record ClassPathJar(Path file) {

    /**
     * Class path of a published module, as its build writes it; without the project's own
     * jars.
     */
    static List<ClassPathJar> of(String module) throws IOException {
        String classPath = Files.readString(Path.of("..", module, "target/class-path.txt")).strip();
        return Stream.of(classPath.split(Pattern.quote(java.io.File.pathSeparator)))
            .map((file) -> new ClassPathJar(Path.of(file)))
            .toList();
    }

    String name() {
        return this.file.getParent().getParent().getFileName().toString();
    }

    long size() throws IOException {
        return Files.size(this.file);
    }

    /** Names and addresses of the licenses that the POM states, or that of a parent. */
    List<String> licenses() throws IOException {
        Element project = project(this.file.resolveSibling(withoutEnding(this.file) + ".pom"));
        String group = text(project, "groupId");
        Element parent = child(project, "parent");
        if (group == null && parent != null) {
            group = text(parent, "groupId");
        }
        Path repository = this.file.getParent().getParent().getParent();
        for (int i = 0; i < String.valueOf(group).split("\\.").length; i++) {
            repository = repository.getParent();
        }
        while (true) {
            Element licenses = child(project, "licenses");
            if (licenses != null) {
                return children(licenses).map((license) -> text(license, "name") + " " + text(license, "url")).toList();
            }
            parent = child(project, "parent");
            if (parent == null) {
                return new ArrayList<>();
            }
            String artifact = text(parent, "artifactId");
            String version = text(parent, "version");
            project = project(repository.resolve(String.valueOf(text(parent, "groupId")).replace('.', '/'))
                .resolve(artifact + "/" + version + "/" + artifact + "-" + version + ".pom"));
        }
    }

    private static String withoutEnding(Path file) {
        String name = file.getFileName().toString();
        return name.substring(0, name.lastIndexOf('.'));
    }

    private static Element project(Path pom) throws IOException {
        try {
            return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(pom.toFile()).getDocumentElement();
        }
        catch (ParserConfigurationException | SAXException ex) {
            throw new IOException(ex);
        }
    }

    private static Stream<Element> children(Element element) {
        return IntStream.range(0, element.getChildNodes().getLength())
            .mapToObj(element.getChildNodes()::item)
            .filter(Element.class::isInstance)
            .map(Element.class::cast);
    }

    private static @Nullable Element child(Element element, String name) {
        Predicate<Node> named = (child) -> child.getNodeName().equals(name);
        return children(element).filter(named).findFirst().orElse(null);
    }

    private static @Nullable String text(Element element, String name) {
        Element child = child(element, name);
        return (child != null) ? child.getTextContent().strip() : null;
    }

}
