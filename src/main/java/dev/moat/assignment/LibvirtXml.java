package dev.moat.assignment;

import dev.moat.assignment.Guest.Given;
import dev.moat.input.InputException;
import dev.moat.input.Place;
import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.xml.stream.Location;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** Guests of libvirt's XML: a domain, several, or only its {@code hostdev} elements. No document type, no entity is read. */
final class LibvirtXml {
    private static final int DEEPEST = 64;
    private static final Map<String, Long> UNITS = Map.of(
            "b", 1L, "bytes", 1L, "kb", 1000L, "k", 1L << 10, "kib", 1L << 10, "mb", 1000_000L, "m", 1L << 20, "mib",
            1L << 20, "g", 1L << 30, "gib", 1L << 30);
    /** Stands around fragments with several roots. */
    private static final String ROOT = "fragments";

    private final String file;
    private final Deque<String> open = new ArrayDeque<>();
    private final List<Guest> guests = new ArrayList<>();
    private List<Given> devices = new ArrayList<>();
    private String name = "";
    private long memory = -1;
    private boolean isPci;

    private LibvirtXml(String file) {
        this.file = file;
    }

    /** @throws InputException when it is no XML, has a document type, or an address that is none */
    static List<Guest> read(String file, String text) {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
        LibvirtXml xml = new LibvirtXml(file);
        // A declaration may only stand at the start of a document, which is no longer here.
        String body = text.replaceFirst("^\\s*<\\?xml[^>]{0,200}\\?>", "");
        String lost = "\n".repeat((int) (text.lines().count() - body.lines().count()));
        try {
            XMLStreamReader in =
                    factory.createXMLStreamReader(new StringReader("<" + ROOT + ">" + lost + body + "</" + ROOT + ">"));
            while (in.hasNext()) {
                xml.take(in.next(), in);
            }
            in.close();
        } catch (XMLStreamException e) {
            Location at = e.getLocation();
            throw new InputException(
                    file,
                    at == null ? 1 : Math.max(1, at.getLineNumber()),
                    1,
                    text.contains("<!DOCTYPE")
                            ? "a document type is not read; libvirt's files have none"
                            : "no XML that can be read: " + reason(e));
        }
        xml.end();
        return List.copyOf(xml.guests);
    }

    /** Its message without the place, which stands in the line above it. */
    private static String reason(XMLStreamException e) {
        String message = String.valueOf(e.getMessage());
        return message.substring(message.indexOf("Message: ") < 0 ? 0 : message.indexOf("Message: ") + 9)
                .lines()
                .findFirst()
                .orElse("");
    }

    private void take(int event, XMLStreamReader in) throws XMLStreamException {
        if (event == XMLStreamConstants.START_ELEMENT) {
            start(in);
        } else if (event == XMLStreamConstants.END_ELEMENT) {
            open.pop();
            if (in.getLocalName().equals("domain")) {
                end();
            }
        } else if (event == XMLStreamConstants.CHARACTERS && open.size() == 3) {
            text(in.getText().strip());
        }
    }

    private void start(XMLStreamReader in) {
        String element = in.getLocalName();
        if (open.size() >= DEEPEST) {
            throw place(in).error("elements are nested more than " + DEEPEST + " deep");
        }
        if (element.equals("hostdev")) {
            isPci = "pci".equals(in.getAttributeValue(null, "type"));
        } else if (element.equals("address") && "source".equals(open.peek()) && isPci && within("hostdev")) {
            String device = String.format(
                    "%04x:%02x:%02x.%d",
                    number(in, "domain", 0xffff),
                    number(in, "bus", 0xff),
                    number(in, "slot", 0x1f),
                    number(in, "function", 7));
            if (devices.size() >= GuestFile.MOST_DEVICES) {
                throw place(in).error("more than " + GuestFile.MOST_DEVICES + " devices");
            }
            devices.add(new Given(device, place(in)));
        } else if (element.equals("memory") && "domain".equals(open.peek())) {
            String unit = in.getAttributeValue(null, "unit");
            scale = UNITS.getOrDefault(unit == null ? "kib" : unit.toLowerCase(Locale.ROOT), 0L);
        }
        open.push(element);
    }

    private long scale;

    private boolean within(String element) {
        return open.contains(element);
    }

    private void text(String text) {
        if ("name".equals(open.peek()) && name.isEmpty() && !text.isEmpty()) {
            name = text.length() > 80 ? text.substring(0, 80) : text;
        } else if ("memory".equals(open.peek()) && text.matches("\\d{1,12}") && scale > 0) {
            memory = Long.parseLong(text) * scale;
        }
    }

    private int number(XMLStreamReader in, String attribute, int most) {
        String text = in.getAttributeValue(null, attribute);
        if (text == null && attribute.equals("domain")) {
            return 0;
        }
        String digits = text == null ? "" : text.toLowerCase(Locale.ROOT).replaceFirst("^0x", "");
        int radix = text != null && digits.length() < text.length() ? 16 : 10;
        if (!digits.matches(radix == 16 ? "[0-9a-f]{1,6}" : "\\d{1,6}") || Integer.parseInt(digits, radix) > most) {
            throw place(in)
                    .error("'" + attribute + "' of an address must be a number up to 0x" + Integer.toHexString(most));
        }
        return Integer.parseInt(digits, radix);
    }

    private Place place(XMLStreamReader in) {
        return new Place(file, Math.max(1, in.getLocation().getLineNumber()), 1);
    }

    private void end() {
        if (!devices.isEmpty() || !name.isEmpty()) {
            guests.add(new Guest(name.isEmpty() ? "the guest of " + file : name, memory, false, devices));
        }
        devices = new ArrayList<>();
        name = "";
        memory = -1;
    }
}
