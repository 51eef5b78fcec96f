package excp.gateway;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the compiled classes of this gateway use of the Platform SDK, read from their constant pools: exactly what the
 * JVM will link, so the list cannot go out of date.
 */
final class ClassReferences {
    static final String SDK = "com/genesyslab/";

    private static final int UTF8 = 1;
    private static final int CLASS = 7;
    private static final int FIELD = 9;
    private static final int METHOD = 10;
    private static final int INTERFACE_METHOD = 11;
    private static final int NAME_AND_TYPE = 12;

    /** A use; `name` and `descriptor` are empty for a class that is only named. */
    record Reference(String owner, String name, String descriptor, boolean ofInterface)
            implements Comparable<Reference> {
        boolean isClass() {
            return name.isEmpty();
        }

        boolean isField() {
            return !isClass() && !descriptor.startsWith("(");
        }

        @Override
        public int compareTo(Reference other) {
            return toString().compareTo(other.toString());
        }

        @Override
        public String toString() {
            String kind = ofInterface ? "interface " : "";
            return kind + owner.replace('/', '.') + (isClass() ? "" : "." + name + " " + descriptor);
        }
    }

    private ClassReferences() {}

    /** All uses by the classes that stand beside this one, in its jar or folder. */
    static Set<Reference> ofThisProgram() throws IOException {
        Set<Reference> references = new TreeSet<>();
        Path place;
        try {
            place = Path.of(ClassReferences.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IOException("this program's own jar is not found", e);
        }
        if (Files.isDirectory(place)) {
            readFolder(place.resolve("excp/gateway"), references);
        } else {
            try (FileSystem jar = FileSystems.newFileSystem(place)) {
                readFolder(jar.getPath("excp/gateway"), references);
            }
        }
        return references;
    }

    private static void readFolder(Path folder, Set<Reference> references) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.class")) {
            for (Path file : files) {
                try (InputStream in = Files.newInputStream(file)) {
                    read(new DataInputStream(in), references);
                }
            }
        }
    }

    /** Class file format: magic, version, constant pool (The Java Virtual Machine Specification, 4.1 and 4.4). */
    private static void read(DataInputStream in, Set<Reference> references) throws IOException {
        in.readLong();
        int count = in.readUnsignedShort();
        int[] tags = new int[count];
        int[][] values = new int[count][2];
        String[] texts = new String[count];
        for (int at = 1; at < count; at++) {
            tags[at] = in.readUnsignedByte();
            switch (tags[at]) {
                case UTF8 -> texts[at] = in.readUTF();
                case CLASS, 8, 16, 19, 20 -> values[at][0] = in.readUnsignedShort();
                case FIELD, METHOD, INTERFACE_METHOD, NAME_AND_TYPE, 17, 18 -> {
                    values[at][0] = in.readUnsignedShort();
                    values[at][1] = in.readUnsignedShort();
                }
                case 3, 4 -> in.readInt();
                case 5, 6 -> {
                    in.readLong();
                    at++; // takes two places
                }
                case 15 -> in.skipBytes(3);
                default -> throw new IOException("unknown constant in a class file: " + tags[at]);
            }
        }
        for (int at = 1; at < count; at++) {
            if (tags[at] == CLASS) {
                add(references, texts[values[at][0]], "", "", false);
            } else if (tags[at] == FIELD || tags[at] == METHOD || tags[at] == INTERFACE_METHOD) {
                int[] named = values[values[at][1]];
                String owner = texts[values[values[at][0]][0]];
                add(references, owner, texts[named[0]], texts[named[1]], tags[at] == INTERFACE_METHOD);
            }
        }
    }

    private static void add(
            Set<Reference> references, String owner, String name, String descriptor, boolean ofInterface) {
        if (owner.startsWith(SDK)) {
            references.add(new Reference(owner, name, descriptor, ofInterface));
        }
    }
}
