package dev.moat.notation.code;

import dev.moat.notation.core.EngineCode;
import dev.moat.notation.core.Program;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.lang.reflect.Constructor;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The classes of one program, made when they are first asked for; their class files can be read, as proofs do. */
final class Classes extends ClassLoader {
    /** Of all of them. */
    static final String PACKAGE = "dev.moat.notation.machine.made";

    private final Map<String, byte[]> files = new HashMap<>();
    private final IdentityHashMap<Object, Constructor<?>> pieces = new IdentityHashMap<>();
    private final Compiler compiler;
    private @Nullable Constructor<?> shared;

    Classes(Program program) {
        super(Classes.class.getClassLoader());
        compiler = new Compiler(program);
    }

    /** The constructor of what all pieces share: of slots, fixed values, units and step counters. */
    synchronized Constructor<?> shared() {
        Constructor<?> made = shared;
        if (made == null) {
            files.put(compiler.sharedName(), compiler.shared());
            made = constructor(compiler.sharedName());
            shared = made;
        }
        return made;
    }

    /** The constructor of a piece of code, of what all share. */
    synchronized Constructor<?> piece(EngineCode code, Object key, String kind) {
        Constructor<?> made = pieces.get(key);
        if (made == null) {
            shared();
            String name = PACKAGE + "." + kind + pieces.size();
            files.put(name, compiler.piece(name, code, key));
            made = constructor(name);
            pieces.put(key, made);
        }
        return made;
    }

    private Constructor<?> constructor(String name) {
        try {
            Constructor<?> only = loadClass(name).getConstructors()[0];
            only.setAccessible(true);
            return only;
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        byte[] file = files.get(name);
        if (file == null) {
            throw new ClassNotFoundException(name);
        }
        return defineClass(name, file, 0, file.length);
    }

    @Override
    public @Nullable InputStream getResourceAsStream(String name) {
        byte[] file = files.get(name.replace(".class", "").replace('/', '.'));
        return file == null ? super.getResourceAsStream(name) : new ByteArrayInputStream(file);
    }
}
