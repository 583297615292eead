package dev.sluice.conformance;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/** A build file of Maven, as it is written: nothing is inherited. */
final class PomFile {
    private static final String DEFAULT_PLUGIN_GROUP = "org.apache.maven.plugins";

    private final Element project;

    private PomFile(Element project) {
        this.project = project;
    }

    /** Something with an artifactId: a dependency, a plugin, a path of an annotation processor. */
    record Item(String name, Optional<String> version, String scope) {
        boolean isOfScope(String expected) {
            return scope.equals(expected);
        }
    }

    static PomFile read(Path file) {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            return new PomFile(factory.newDocumentBuilder().parse(file.toFile()).getDocumentElement());
        } catch (IOException | ParserConfigurationException | SAXException e) {
            throw new IllegalStateException(file + " cannot be read", e);
        }
    }

    String artifactId() {
        return child(project, "artifactId").orElseThrow();
    }

    Map<String, String> properties() {
        Map<String, String> values = new TreeMap<>();
        for (Element block : children(project)) {
            if (block.getTagName().equals("properties")) {
                children(block)
                        .forEach(property -> values.put(
                                property.getTagName(), property.getTextContent().strip()));
            }
        }
        return values;
    }

    /** The texts of all elements of a name that stand in an element of another name. */
    List<String> texts(String outer, String inner) {
        return elements(inner).stream()
                .filter(element -> parentName(element).equals(outer))
                .map(element -> element.getTextContent().strip())
                .toList();
    }

    /** All versions but those of this module and its parent. */
    List<String> versions() {
        return elements("version").stream()
                .filter(element -> !Set.of("project", "parent").contains(parentName(element)))
                .map(element -> element.getTextContent().strip())
                .toList();
    }

    /** All items of these kinds, wherever they stand. */
    List<Item> items(String... kinds) {
        return List.of(kinds).stream()
                .flatMap(kind -> elements(kind).stream())
                .map(PomFile::item)
                .toList();
    }

    /** What this module depends on, in profiles too; not what it only manages, and not what its plugins depend on. */
    List<Item> dependencies() {
        return elements("dependency").stream()
                .filter(element -> {
                    String owner = ownerName(element);
                    return owner.equals("project") || owner.equals("profile");
                })
                .map(PomFile::item)
                .toList();
    }

    List<Item> managedPlugins() {
        return plugins("pluginManagement");
    }

    List<Item> usedPlugins() {
        return plugins("build");
    }

    private List<Item> plugins(String owner) {
        return elements("plugin").stream()
                .filter(element -> ownerName(element).equals(owner))
                .map(PomFile::item)
                .toList();
    }

    private static Item item(Element element) {
        String group = child(element, "groupId").orElse(DEFAULT_PLUGIN_GROUP);
        String artifact = child(element, "artifactId").orElse("");
        return new Item(
                group.equals(DEFAULT_PLUGIN_GROUP) ? artifact : group + ":" + artifact,
                child(element, "version"),
                child(element, "scope").orElse("compile"));
    }

    private List<Element> elements(String name) {
        var nodes = project.getElementsByTagName(name);
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            elements.add((Element) nodes.item(i));
        }
        return elements;
    }

    private static Optional<String> child(Element element, String name) {
        return children(element).stream()
                .filter(child -> child.getTagName().equals(name))
                .map(child -> child.getTextContent().strip())
                .findFirst();
    }

    private static List<Element> children(Element element) {
        List<Element> children = new ArrayList<>();
        for (Node node = element.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element child) {
                children.add(child);
            }
        }
        return children;
    }

    private static String parentName(Element element) {
        return element.getParentNode() instanceof Element parent ? parent.getTagName() : "";
    }

    /** Who has the list that this element is in. */
    private static String ownerName(Element element) {
        return element.getParentNode() instanceof Element list ? parentName(list) : "";
    }
}
